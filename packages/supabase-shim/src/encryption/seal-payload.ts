import { randomUUID } from "node:crypto";
import { EncryptionError, rowKeyText } from "@offramp/db/encryption";
import type { RowKeyColumn, SealedWrite } from "../plan/index.ts";
import { elementsOf, type Member, membersOf, type Span, valueAt } from "./json-scan.ts";
import type { Keys } from "./keys.ts";

/** The rows of a payload, a JSON text. */
export function payloadRows(text: string): readonly Span[] {
  const whole = valueAt(text, 0);
  return text[whole.start] === "[" ? [...elementsOf(text, whole.start)] : [whole];
}

interface Sealing {
  readonly write: SealedWrite;
  readonly keys: Keys;
  /** Of the rows that are written, as the database or the filters gave them; absent where the payload has them. */
  readonly rowKeys?: readonly (readonly (string | null)[])[];
}

/**
 * A payload in which no encrypted column has its value in the clear. For an update of rows that are known by key it has a
 * row for each of them, because each has its value encrypted for itself.
 */
export function sealPayload(text: string, { write, keys, rowKeys = [] }: Sealing): string {
  const rows = payloadRows(text);
  if (write.rows.kind === "filters" || write.rows.kind === "lookup") {
    const [given] = rows;
    const sealed =
      given === undefined ? [] : rowKeys.map((key) => sealRow(text, given, { write, keys, known: key }));
    return `[${sealed.join(",")}]`;
  }
  const sealed = rows.map((row, index) => sealRow(text, row, { write, keys, generated: rowKeys[index] }));
  return write.shape === "object" ? (sealed[0] ?? "{}") : `[${sealed.join(",")}]`;
}

interface RowSealing extends Omit<Sealing, "rowKeys"> {
  /** The key of the row, whatever the payload says. */
  readonly known?: readonly (string | null)[];
  /** What the database made for the columns that the payload may lack. */
  readonly generated?: readonly (string | null)[] | undefined;
}

function sealRow(text: string, row: Span, { write, keys, known, generated }: RowSealing): string {
  // PostgreSQL refuses what is no object, and nothing is sent of it.
  if (text[row.start] !== "{") return "null";
  const given = [...membersOf(text, row.start)].filter(({ name }) => write.names.has(name));
  const key = write.rowKey.map((column, index) =>
    known === undefined
      ? keyOf(text, { given, column, generated: generated?.[index] })
      : { text: known[index] ?? undefined, added: true },
  );
  // Asked for when a value is to be bound to it.
  const rowKey = (): readonly string[] =>
    key.map((each, index) => each.text ?? withoutKey(write.rowKey[index]));
  const members = given.map(({ name, start, end }) => {
    const json = text.slice(start, end);
    const column = write.columns.get(name);
    const value =
      column === undefined || json === "null"
        ? json
        : `"\\\\x${keys.seal(column, rowKey(), json).toString("hex")}"`;
    return `${JSON.stringify(name)}:${value}`;
  });
  const added = key.flatMap((each, index) => {
    const name = write.rowKey[index]?.name;
    return each.added && each.text !== undefined && name !== undefined
      ? [`${JSON.stringify(name)}:${JSON.stringify(each.text)}`]
      : [];
  });
  return `{${[...members, ...added].join(",")}}`;
}

interface KeyPart {
  readonly given: readonly Member[];
  readonly column: RowKeyColumn;
  readonly generated: string | null | undefined;
}

/** Whatever the database would make of the row, a value in it would be bound to no key. */
function withoutKey(column: RowKeyColumn | undefined): never {
  throw new EncryptionError(
    "invalid-value",
    `A row has no value in its key column ${column?.name ?? ""}, to which its encrypted values are bound. Give it one.`,
    "23502",
  );
}

/** What a row of the payload gives for a column of its key; undefined where it leaves that to the database. */
export function keyTextOf(text: string, row: Span, { name, type }: RowKeyColumn): string | undefined {
  if (text[row.start] !== "{") return undefined;
  const member = [...membersOf(text, row.start)].findLast((each) => each.name === name);
  if (member === undefined) return undefined;
  const json = text.slice(member.start, member.end);
  return json === "null" ? undefined : rowKeyText(type, json);
}

interface KeyText {
  /** Undefined where the row has none. */
  readonly text: string | undefined;
  /** Not in the payload yet. */
  readonly added: boolean;
}

function keyOf(text: string, { given, column, generated }: KeyPart): KeyText {
  const member = given.findLast(({ name }) => name === column.name);
  if (member !== undefined) {
    const json = text.slice(member.start, member.end);
    return { text: json === "null" ? undefined : rowKeyText(column.type, json), added: false };
  }
  const made = generated ?? (column.generated === "uuid" ? randomUUID() : undefined);
  return { text: made, added: true };
}
