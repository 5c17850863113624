import type { SealedShape } from "../plan/index.ts";
import { elementsOf, membersOf, type Span, valueAt } from "./json-scan.ts";
import type { OpenCell } from "./open-cell.ts";

/** A JSON body with its encrypted values decrypted; everything else is byte for byte as PostgreSQL wrote it. */
export function openJson(text: string, shape: SealedShape, open: OpenCell): string {
  const writer = new Replacer(text);
  openRows(writer, valueAt(text, 0), { shape, open });
  return writer.finish();
}

interface Opening {
  readonly shape: SealedShape;
  readonly open: OpenCell;
}

function openRows(writer: Replacer, value: Span, opening: Opening): void {
  const { text } = writer;
  if (text[value.start] === "[") {
    for (const element of elementsOf(text, value.start)) openRows(writer, element, opening);
    return;
  }
  if (text[value.start] !== "{") return;
  const { keys, inside } = opening.shape;
  for (const member of membersOf(text, value.start)) {
    const column = keys.get(member.name);
    const inner = inside.get(member.name);
    if (column !== undefined) {
      const cell: unknown = JSON.parse(text.slice(member.start, member.end));
      writer.replace(
        member,
        openCells(cell, (each) => opening.open(column, each)),
      );
    } else if (inner !== undefined) openRows(writer, member, { ...opening, shape: inner });
  }
}

/** One value, or the list of them that a spread makes. */
function openCells(cell: unknown, open: (cell: readonly string[]) => string): string {
  if (!Array.isArray(cell)) return "null";
  const cells: readonly unknown[] = cell;
  if (typeof cells[0] === "string") return open(cells as readonly string[]);
  return `[${cells.map((each) => openCells(each, open)).join(", ")}]`;
}

/** A text with parts of it replaced, from front to back. */
class Replacer {
  readonly text: string;
  readonly #parts: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.text = text;
  }

  replace({ start, end }: Span, by: string): void {
    this.#parts.push(this.text.slice(this.#at, start), by);
    this.#at = end;
  }

  finish(): string {
    return this.#parts.join("") + this.text.slice(this.#at);
  }
}
