/**
 * The value as JSON, with a bigint as a text, for JSON numbers lose its digits in most readers.
 * Undefined when it cannot be written: a cycle, a symbol, a `toJSON` that fails.
 */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // A bigint or something worse; the slower way tells which.
    return jsonTextWithBigints(value);
  }
}

function jsonTextWithBigints(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_key, part: unknown) =>
      typeof part === "bigint" ? part.toString() : part,
    );
  } catch {
    return undefined;
  }
}
