import type { ExactIntegers } from "../request/index.ts";

/** The answer with its 64-bit integers, which came as texts, as bigints. */
export function withBigints(value: unknown, integers: ExactIntegers): unknown {
  if (Array.isArray(value)) return value.map((member) => withBigints(member, integers));
  if (integers.itself) return toBigint(value);
  if (typeof value !== "object" || value === null) return value;
  const row = value as Record<string, unknown>;
  for (const key of integers.keys) if (key in row) row[key] = toBigint(row[key]);
  for (const [key, inner] of Object.entries(integers.inside)) {
    if (key in row) row[key] = withBigints(row[key], inner);
  }
  return row;
}

function toBigint(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toBigint);
  return typeof value === "string" ? BigInt(value) : value;
}
