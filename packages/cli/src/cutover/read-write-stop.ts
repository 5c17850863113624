import { UsageError } from "../command/usage-error.ts";
import type { WriteStop } from "./write-stop.ts";

/**
 * `--stop database`, `--stop none`, or `--stop roles` with `--roles a,b`.
 *
 * @throws {UsageError} the two do not fit.
 */
export function readWriteStop(flags: Readonly<Record<string, unknown>>): WriteStop {
  const kind = String(flags["stop"] ?? "database");
  const roles =
    typeof flags["roles"] === "string" ? flags["roles"].split(",").map((role) => role.trim()) : [];
  if (kind === "roles") {
    if (roles.length === 0 || roles.includes(""))
      throw new UsageError("--stop roles: name them with --roles authenticator,app.");
    return { kind, roles };
  }
  if (roles.length > 0) throw new UsageError("--roles goes with --stop roles.");
  if (kind !== "database" && kind !== "none")
    throw new UsageError(`--stop: "${kind}" is none of database, roles and none.`);
  return { kind };
}
