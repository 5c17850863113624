import { valueText } from "@offramp/db/encryption";
import type { SealedShape } from "../plan/index.ts";
import type { OpenCell } from "./open-cell.ts";
import { openJson } from "./open-json.ts";

/** A CSV body with its encrypted values decrypted: each line is a row as PostgreSQL prints one. */
export function openCsv(text: string, shape: SealedShape, open: OpenCell): string {
  const headerEnd = text.indexOf("\n");
  const names = text.slice(0, headerEnd).split(",");
  const lines = rowsOf(text, headerEnd + 1).map((fields) =>
    fields.map((field, index) => openField(field, { name: names[index] ?? "", shape, open })).join(","),
  );
  return `${text.slice(0, headerEnd + 1)}${lines.join("\n")}`;
}

interface Field {
  readonly text: string;
  readonly quoted: boolean;
}

interface Opening {
  readonly name: string;
  readonly shape: SealedShape;
  readonly open: OpenCell;
}

function openField(field: Field, { name, shape, open }: Opening): string {
  const column = shape.keys.get(name);
  const inner = shape.inside.get(name);
  // NULL is nothing at all, an empty text is two quotes.
  if (field.text === "" && !field.quoted) return "";
  if (column !== undefined) {
    const wrapped = openJson(
      `{"value":${field.text}}`,
      { keys: new Map([["value", column]]), inside: new Map() },
      open,
    );
    const json = wrapped.slice('{"value":'.length, -1);
    // A spread's list stays JSON.
    return printed(/^\[(?:\[|\])/.test(field.text) ? json : valueText(column, json));
  }
  if (inner !== undefined) return printed(openJson(field.text, inner, open));
  return field.quoted ? quoted(field.text) : field.text;
}

/** PostgreSQL's record output: what could be mistaken is quoted, with quotes and backslashes doubled. */
function printed(text: string): string {
  return text === "" || /["\\(),\s]/.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "$&$&")}"`;
}

function rowsOf(text: string, from: number): readonly (readonly Field[])[] {
  const rows: Field[][] = [];
  if (from >= text.length) return rows;
  let row: Field[] = [];
  let at = from;
  for (;;) {
    const field = fieldAt(text, at);
    row.push(field);
    at = field.end;
    if (text[at] === ",") {
      at += 1;
      continue;
    }
    rows.push(row);
    if (at >= text.length) return rows;
    row = [];
    at += 1;
  }
}

function fieldAt(text: string, from: number): Field & { readonly end: number } {
  if (text[from] !== '"') {
    let end = from;
    while (end < text.length && text[end] !== "," && text[end] !== "\n") end += 1;
    return { text: text.slice(from, end), quoted: false, end };
  }
  let value = "";
  let at = from + 1;
  for (;;) {
    const character = text[at];
    const doubled = (character === '"' || character === "\\") && text[at + 1] === character;
    if (character === undefined || (character === '"' && !doubled)) break;
    value += character;
    at += doubled ? 2 : 1;
  }
  return { text: value, quoted: true, end: at + 1 };
}
