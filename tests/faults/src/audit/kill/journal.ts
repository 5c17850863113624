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
 * runs, so a SIGKILL loses none that is behind it; it may cut off the one that is being written, so each begins a line.
 */
export function openJournal(path: string): (entry: Entry) => void {
  const file = openSync(path, "a");
  return (entry) => void writeSync(file, `\n${JSON.stringify(entry)}\n`);
}

/** The entries that were written whole: what a client was killed before saying, it has not said. */
export function readJournal(path: string): Entry[] {
  // The only brace that closes is the last character of an entry.
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as Entry);
}
