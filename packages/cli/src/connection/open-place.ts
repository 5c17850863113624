import { connect, type ConnectOptions, type Database } from "@offramp/db";

import type { CommandContext } from "../command/command.ts";
import { type Place, placeOf } from "./place.ts";

/**
 * Opens the pool of one end of the migration. Nothing connects before its first use.
 *
 * @throws {UsageError} nothing says where it is.
 * @throws {ConfigurationError} a setting of the connection is wrong.
 */
export function openPlace(
  context: CommandContext,
  place: Place,
  settings: Pick<ConnectOptions, "max" | "session" | "maxLifetimeMs"> = {},
): Database {
  const where = Object.fromEntries(
    Object.entries(placeOf(context, place)).filter(([, value]) => value !== undefined),
  ) as ConnectOptions;
  return connect({ applicationName: "offramp", ...where, ...settings });
}
