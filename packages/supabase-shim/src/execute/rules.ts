import { err, type ExecuteError, ok, type Result } from "../errors/index.ts";
import type { Plan } from "../plan/index.ts";
import type { ResultSet } from "./result-set.ts";

/** What is judged on the result: one row for `single()`, no more than `maxAffected()`. */
export function checkRules(
  { rules, explain }: Plan,
  { pageTotal }: ResultSet,
): Result<undefined, ExecuteError> {
  if (explain !== undefined) return ok(undefined);
  if (rules.singular && pageTotal !== 1) return err({ kind: "singularity", rows: pageTotal });
  if (rules.oneByKey === true && pageTotal !== 1) return err({ kind: "keyMismatch" });
  if (rules.maxAffected !== undefined && pageTotal > rules.maxAffected) {
    return err({ kind: "maxAffected", rows: pageTotal });
  }
  return ok(undefined);
}
