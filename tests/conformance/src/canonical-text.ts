import type { ListShape } from "./list-shape.ts";

type Entries = Readonly<Record<string, unknown>>;

/**
 * A value as text, such that two texts are equal when the values are deeply equal:
 * keys are sorted, and so are the lists of rows that the chain does not order.
 * What JSON would lose (undefined, NaN, -0, a Date) stays visible.
 */
export function canonicalText(value: unknown, shape?: ListShape): string {
  if (shape === undefined) return plainText(value);
  if (!Array.isArray(value)) return rowText(value, shape);
  const rows = value.map((row) => rowText(row, shape));
  return `[${(shape.ordered ? rows : rows.toSorted()).join(",")}]`;
}

function rowText(row: unknown, shape: ListShape): string {
  if (!isEntries(row)) return plainText(row);
  const zipped = shape.spreads
    .filter(({ ordered, keys }) => !ordered && hasEqualArrays(row, keys))
    .map(({ keys }) => keys);
  const apart = new Set(zipped.flat());
  const fields = Object.keys(row)
    .filter((key) => !apart.has(key))
    .map((key) => `${JSON.stringify(key)}:${canonicalText(row[key], shape.embeds.get(key))}`);
  const tuples = zipped.map((keys) => `${JSON.stringify(keys)}:${tuplesText(row, keys)}`);
  return `{${[...fields, ...tuples].toSorted().join(",")}}`;
}

/** The arrays of one spread hold one element for each spread row: compared as rows, in any order. */
function tuplesText(row: Entries, keys: readonly string[]): string {
  const arrays = keys.map((key) => row[key] as readonly unknown[]);
  const tuples = (arrays[0] ?? []).map((_, index) => plainText(arrays.map((array) => array[index])));
  return `[${tuples.toSorted().join(",")}]`;
}

function hasEqualArrays(row: Entries, keys: readonly string[]): boolean {
  const lengths = keys.map((key) => (Array.isArray(row[key]) ? row[key].length : -1));
  return lengths.length > 0 && lengths[0] !== -1 && lengths.every((length) => length === lengths[0]);
}

function plainText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plainText).join(",")}]`;
  if (isEntries(value)) {
    const fields = Object.keys(value).map((key) => `${JSON.stringify(key)}:${plainText(value[key])}`);
    return `{${fields.toSorted().join(",")}}`;
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) return JSON.stringify(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  return `<${typeof value === "object" ? value.constructor.name : typeof value} ${String(value)}>`;
}

function isEntries(value: unknown): value is Entries {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
