import type { Claims } from "../identity/index.ts";
import type { Engine, Stream } from "./engine.ts";
import type { OtherMembers } from "./other-members.ts";
import type { SharedHeaders } from "./shared-headers.ts";

/** What every builder of one client shares. */
export interface ClientSettings extends Pick<Engine, "run"> {
  /** Absent where transactions are not served, as in a recording test. */
  readonly transaction?: Engine["transaction"];
  /** Absent where nothing is streamed, as in a recording test. */
  readonly stream?: Stream;
  readonly headers: SharedHeaders;
  /** Those of `withClaims`. */
  readonly claims?: Claims | undefined;
  /** What the client has besides queries. */
  readonly members?: OtherMembers | undefined;
  /** The schema of tables and functions; undefined is the first exposed one. */
  readonly schema?: string | undefined;
  /** Milliseconds until a call is cancelled; undefined, zero and less mean never. */
  readonly timeout?: number | undefined;
  /** Milliseconds that PostgreSQL lets a statement run; undefined leaves it to the server. */
  readonly statementTimeout?: number | undefined;
  /** Whether a failed read may be tried again. */
  readonly retry?: boolean | undefined;
}
