import { err, ok, type PlanError, type Result } from "../errors/index.ts";
import type { EncryptedTree } from "./passes/read-encrypted.ts";
import type { PlanEncryption, SealedWrite, TokenSearch } from "./plan-encryption.ts";
import type { ResponseForm } from "./plan.ts";

interface EncryptionParts {
  /** What the plan's answer shows; absent where it has no rows. */
  readonly read?: Pick<EncryptedTree, "answer" | "searches">;
  readonly searches?: readonly TokenSearch[];
  readonly write?: SealedWrite | undefined;
  readonly form: ResponseForm;
}

/**
 * What a plan needs keys for, as the part of it that says so; empty where it needs none. Representations that the team's
 * own SQL makes of the rows cannot be opened, so they are refused.
 */
export function encryptionOf({
  read,
  searches = [],
  write,
  form,
}: EncryptionParts): Result<{ readonly encryption?: PlanEncryption }, PlanError> {
  const shown = form.kind === "none" ? undefined : read?.answer;
  const all = [...(read?.searches ?? []), ...searches];
  if (shown === undefined && write === undefined && all.length === 0) return ok({});
  if (shown !== undefined && form.kind !== "rows" && form.kind !== "row" && form.kind !== "csv") {
    const [column] = [...shown.keys.values()];
    return err({
      kind: "encryptedColumn",
      column: column === undefined ? "of an embed" : `${column.schema}.${column.table}.${column.column}`,
      what: "cannot be shown in a representation that the database makes",
      hint: "Ask for JSON or CSV, or select other columns.",
    });
  }
  return ok({
    encryption: {
      searches: all,
      ...(shown === undefined ? {} : { answer: shown }),
      ...(write === undefined ? {} : { write }),
    },
  });
}
