export { connect } from "./connect.ts";
export { ConfigurationError } from "./errors/configuration-error.ts";
export { ConnectionError, type ConnectionProblem } from "./errors/connection-error.ts";
export { ServerError, type ServerErrorFields } from "./errors/server-error.ts";
export type { ConnectOptions } from "./options/connect-options.ts";
export type {
  Database,
  Health,
  Listener,
  Parameter,
  Queryable,
  ReservedConnection,
  Row,
  Statement,
  Transaction,
  TransactionOptions,
} from "./port.ts";
export { quoteIdentifier } from "./quote-identifier.ts";
