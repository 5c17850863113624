/**
 * The object's values by key as the texts that PostgreSQL would read out of its JSON; undefined where one of them is a list
 * or an object, or a text that JSON escapes and a parameter would change.
 */
export function scalarsOf(row: object, keys: readonly string[]): readonly (string | null)[] | undefined {
  // What it writes need not be what it holds.
  if ("toJSON" in row) return undefined;
  const scalars: (string | null)[] = [];
  for (const key of keys) {
    const scalar = scalarOf(written((row as Readonly<Record<string, unknown>>)[key], key));
    if (scalar === undefined) return undefined;
    scalars.push(scalar);
  }
  return scalars;
}

/** A Date, or whatever else says itself what it is in JSON. */
function written(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  return "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON(key) : value;
}

function scalarOf(value: unknown): string | null | undefined {
  switch (typeof value) {
    case "string":
      return isPlain(value) ? value : undefined;
    case "number":
      // JSON has no NaN and no infinity: they are null there.
      return Number.isFinite(value) ? JSON.stringify(value) : null;
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return value.toString();
    default:
      return value === null ? null : undefined;
  }
}

/** A NUL and half a surrogate pair are refused when JSON is read, and must not be lost on another way. */
function isPlain(text: string): boolean {
  return !text.includes("\u0000") && !/\p{Surrogate}/u.test(text);
}
