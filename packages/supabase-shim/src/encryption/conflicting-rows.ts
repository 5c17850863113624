import type { ExecuteError } from "../errors/index.ts";
import type { ConflictColumn, RowKeyColumn } from "../plan/index.ts";
import { membersOf } from "./json-scan.ts";
import type { Keys } from "./keys.ts";
import { keyTextOf, payloadRows } from "./seal-payload.ts";

/** For each row of a payload what it is looked for by: values as they are given, of an encrypted column its tokens. */
export function conflictPayload(text: string, columns: readonly ConflictColumn[], keys: Keys): string {
  const rows = payloadRows(text).map((row) => {
    const members = text[row.start] === "{" ? [...membersOf(text, row.start)] : [];
    const values = columns.map(({ name, encryption }, index) => {
      const member = members.findLast((each) => each.name === name);
      const json = member === undefined ? "null" : text.slice(member.start, member.end);
      if (encryption === undefined || json === "null") return `"c${index}":${json}`;
      const tokens = keys.tokens(encryption, json).map((token) => `\\x${token.toString("hex")}`);
      return `"c${index}":${JSON.stringify(tokens)}`;
    });
    return `{${values.join(",")}}`;
  });
  return `[${rows.join(",")}]`;
}

interface Answered {
  readonly payload: string;
  readonly columns: readonly ConflictColumn[];
  readonly rowKey: readonly RowKeyColumn[];
}

type FoundKey = readonly (string | null)[];

/** The keys of the rows of a payload, from what the database found; or why they cannot be told. */
export function conflictKeys(
  found: readonly FoundKey[],
  { payload, columns, rowKey }: Answered,
): { readonly keys: readonly FoundKey[] } | { readonly error: ExecuteError } {
  const rows = payloadRows(payload);
  const names = columns.map(({ name }) => name).join(", ");
  if (found.length === 0 && rows.length > 0) {
    return refused(
      "42P10",
      "there is no unique or exclusion constraint matching the ON CONFLICT specification",
    );
  }
  if (found.length !== rows.length) {
    return refused("21000", `Several rows have the same ${names}, so which of them is meant cannot be told.`);
  }
  const keys = found.map(([, ...key]) => key);
  for (const [index, row] of rows.entries()) {
    const key = keys[index] ?? [];
    const isThere = found[index]?.[0] === "found";
    const other = rowKey.find((column, place) => {
      const given = keyTextOf(payload, row, column);
      return isThere && given !== undefined && given !== key[place];
    });
    if (other !== undefined) {
      return refused(
        "22023",
        `A row is there already under another ${other.name}, to which its encrypted values are bound. Leave ${other.name} out.`,
      );
    }
  }
  return { keys };
}

function refused(sqlstate: string, message: string): { readonly error: ExecuteError } {
  return { error: { kind: "encryption", message, sqlstate } };
}
