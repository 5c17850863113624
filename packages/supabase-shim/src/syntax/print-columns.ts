import { printName } from "./print-name.ts";

/** The names as the value of `columns` or `on_conflict`. */
export function printColumns(names: readonly string[]): string {
  return names.map(printName).join(",");
}
