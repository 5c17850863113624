import { openSync, readFileSync, writeSync } from "node:fs";

/** What one call did to the patients' rows. */
export type CallKind = "READ" | "CREATE" | "UPDATE" | "DELETE";

/** What a client knew, at the moment it knew it. */
export type Entry =
  | { readonly at: "begun"; readonly call: string; readonly kind: CallKind; readonly door: string }
  | {
      readonly at: "answered";
      readonly call: string;
      readonly kind: CallKind;
      readonly patients: readonly string[];
      /** Inside a transaction, which may be rolled back. */
      readonly within?: string;
    }
  | { readonly at: "committed" | "rolled back"; readonly transaction: string }
  | { readonly at: "failed"; readonly call: string; readonly code: string };

/**
 * Adds entries to a file that outlives its writer. Each is handed to the operating system before the next statement
 * runs, so a SIGKILL loses none, and appended whole, so many processes may share the file.
 */
export function openJournal(path: string): (entry: Entry) => void {
  const file = openSync(path, "a");
  return (entry) => void writeSync(file, `${JSON.stringify(entry)}\n`);
}

export function readJournal(path: string): Entry[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Entry);
}
