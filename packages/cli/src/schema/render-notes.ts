import type { Style } from "../terminal/terminal.ts";
import type { SchemaNote } from "./adapt/adaptation.ts";

/** What is otherwise on the target, and what is not there, for people. */
export function renderNotes(notes: readonly SchemaNote[], style: Style): string {
  return (["changed", "left"] as const)
    .flatMap((what) => {
      const own = notes.filter((note) => note.what === what);
      if (own.length === 0) return [];
      const title = what === "changed" ? "Changed on the way" : "Left behind";
      return [
        "",
        style.bold(`${title} (${own.length})`),
        ...own.flatMap(({ label, reason }) => [`  ${label}`, `      ${reason}`]),
      ];
    })
    .join("\n");
}
