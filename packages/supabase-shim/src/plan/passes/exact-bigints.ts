import type { ExactIntegers } from "../../request/index.ts";
import { findTable, type SchemaCache } from "../../schema-cache/index.ts";
import type { SealedShape } from "../plan-encryption.ts";
import type { Embed, ReadNode, SelectColumn } from "../read-node.ts";

/** A tree whose bigint columns are texts, and where they are. */
export interface ExactTree {
  readonly root: ReadNode;
  readonly integers: ExactIntegers;
}

/**
 * Pass for clients that want bigint exactly: its columns are selected as text. A JSON number beyond 2^53 would be
 * rounded by `JSON.parse`, before anyone could look at it.
 */
export function exactBigints(cache: SchemaCache, node: ReadNode): ExactTree {
  const embeds = node.embeds.map((embed) => ({ embed, tree: exactBigints(cache, embed.node) }));
  const keys: string[] = [];
  const select = node.select.flatMap((column) => {
    const exact = expanded(cache, node, column).map((one) => asText(cache, node, one));
    keys.push(...exact.flatMap(({ key }) => (key === undefined ? [] : [key])));
    return exact.map(({ column: shown }) => shown);
  });
  const inside: Record<string, ExactIntegers> = {};
  for (const { embed, tree } of embeds) gather(embed, tree.integers, { keys, inside });
  return {
    root: { ...node, select, embeds: embeds.map(({ embed, tree }) => ({ ...embed, node: tree.root })) },
    integers: { itself: false, keys, inside },
  };
}

function isBigint(cache: SchemaCache, { relation }: ReadNode, name: string): boolean {
  return findTable(cache, relation)?.columns.get(name)?.baseType === "bigint";
}

/** `*` becomes columns where one of them is a bigint. */
function expanded(cache: SchemaCache, node: ReadNode, column: SelectColumn): readonly SelectColumn[] {
  const table = findTable(cache, node.relation);
  if (table === undefined || column.column.column !== "*" || column.aggregate !== undefined) return [column];
  if (column.column.wholeRow === true) return [column];
  const names = [...table.columns.keys()];
  if (!names.some((name) => isBigint(cache, node, name))) return [column];
  return names.map((name) => ({ ...column, column: { ...column.column, column: name } }));
}

interface Exact {
  readonly column: SelectColumn;
  readonly key?: string;
}

function asText(cache: SchemaCache, node: ReadNode, column: SelectColumn): Exact {
  const { column: ref, cast, aggregate, aggregateCast, alias } = column;
  if (cast !== undefined || ref.path.length > 0 || !isBigint(cache, node, ref.column)) return { column };
  // Counts are far from 2^53, sums are numeric.
  if (aggregate === "min" || aggregate === "max") {
    if (aggregateCast !== undefined) return { column };
    const key = alias ?? aggregate;
    return { column: { ...column, aggregateCast: "text", alias: key }, key };
  }
  if (aggregate !== undefined || ref.transform !== undefined) return { column };
  const key = alias ?? ref.column;
  return { column: { ...column, cast: "text", exact: true, alias: key }, key };
}

/** Encrypted bigints are decrypted to texts too. */
export function withEncrypted(integers: ExactIntegers, { keys, inside }: SealedShape): ExactIntegers {
  const bigints = [...keys].flatMap(([key, { type }]) => (type === "bigint" ? [key] : []));
  const none: ExactIntegers = { itself: false, keys: [], inside: {} };
  const inner = [...inside].map(
    ([key, shape]) => [key, withEncrypted(integers.inside[key] ?? none, shape)] as const,
  );
  return {
    ...integers,
    keys: [...integers.keys, ...bigints],
    inside: { ...integers.inside, ...Object.fromEntries(inner) },
  };
}

interface Gathering {
  readonly keys: string[];
  readonly inside: Record<string, ExactIntegers>;
}

/** A spread relation's keys are its parent's; another embed's are inside. */
function gather({ output }: Embed, integers: ExactIntegers, { keys, inside }: Gathering): void {
  switch (output.kind) {
    case "nothing":
      return;
    case "object":
    case "array":
      inside[output.name] = integers;
      return;
    case "spreadOne":
    case "spreadMany":
      keys.push(...integers.keys);
      Object.assign(inside, integers.inside);
  }
}
