import { err, ok, type PlanError, type Result } from "../../errors/index.ts";
import { type ColumnEncryption, findTable, type SchemaCache, type Table } from "../../schema-cache/index.ts";
import type { ColumnRef } from "../column-ref.ts";
import type { Condition } from "../condition.ts";
import type { SealedShape, TokenSearch } from "../plan-encryption.ts";
import type { Embed, ReadNode, SelectColumn } from "../read-node.ts";

/** A tree that shows encrypted values with the keys of their rows. */
export interface EncryptedTree {
  readonly root: ReadNode;
  readonly answer?: SealedShape;
  readonly searches: readonly TokenSearch[];
}

/**
 * Pass for databases with encrypted columns: they are selected with the key of their row, to which they are bound, and
 * equality on a searchable one becomes a look-up of tokens. Whatever else would work on the stored bytes is refused.
 */
export function readEncrypted(cache: SchemaCache, root: ReadNode): Result<EncryptedTree, PlanError> {
  if (!cache.encrypts) return ok({ root, searches: [] });
  const uses = new EncryptedUses();
  const { node, shape } = new TreeReader(cache, uses).read(root, false);
  const answer = isEmpty(shape) ? {} : { answer: shape };
  return uses.error === undefined ? ok({ root: node, searches: uses.searches, ...answer }) : err(uses.error);
}

/** The conditions of a mutation on its table. */
export function searchEncrypted(
  table: Table,
  conditions: readonly Condition[],
): Result<
  { readonly conditions: readonly Condition[]; readonly searches: readonly TokenSearch[] },
  PlanError
> {
  if (!table.encrypted) return ok({ conditions, searches: [] });
  const uses = new EncryptedUses();
  const searched = conditions.map((condition) => uses.search(table, condition));
  return uses.error === undefined ? ok({ conditions: searched, searches: uses.searches }) : err(uses.error);
}

const EQUALITY = "Use eq or in on a searchable column, or is.null.";

/** What a plan does with encrypted columns, and the first thing that it cannot. */
class EncryptedUses {
  readonly searches: TokenSearch[] = [];
  error: PlanError | undefined;

  refuse({ schema, table, column }: ColumnEncryption, what: string, hint: string): void {
    this.error ??= { kind: "encryptedColumn", column: `${schema}.${table}.${column}`, what, hint };
  }

  search(table: Table | undefined, condition: Condition): Condition {
    if (condition.kind === "group") {
      return { ...condition, members: condition.members.map((member) => this.search(table, member)) };
    }
    if (condition.kind !== "test") return condition;
    const column = table?.columns.get(condition.column.column)?.encryption;
    if (column === undefined) return condition;
    const { test } = condition;
    if (condition.column.path.length > 0) {
      this.refuse(column, "cannot be filtered by a JSON path", EQUALITY);
      return condition;
    }
    if (test.kind === "is" && (test.value === "null" || test.value === "not_null")) return condition;
    const operator = equalityOperator(test);
    const operand =
      operator === undefined
        ? undefined
        : test.kind === "in"
          ? test.values
          : "value" in test
            ? test.value
            : undefined;
    if (operator === undefined || typeof operand !== "object" || operand.kind !== "operand") {
      this.refuse(column, "can be compared for equality alone", EQUALITY);
      return condition;
    }
    if (!column.searchable) {
      this.refuse(
        column,
        "is not searchable",
        'Declare it with searchable: "equality", and run reencrypt() over its rows.',
      );
      return condition;
    }
    this.searches.push({ slot: operand.slot, column });
    return {
      ...condition,
      test: { kind: "blindIndex", operator, tokens: { ...operand, encoding: "array" } },
    };
  }
}

function equalityOperator(test: Extract<Condition, { kind: "test" }>["test"]): "eq" | "in" | undefined {
  if (test.kind === "in") return "in";
  return test.kind === "compare" && test.operator === "eq" && test.quantifier === undefined
    ? "eq"
    : undefined;
}

interface ReadResult {
  readonly node: ReadNode;
  readonly shape: SealedShape;
}

class TreeReader {
  readonly #cache: SchemaCache;
  readonly #uses: EncryptedUses;

  constructor(cache: SchemaCache, uses: EncryptedUses) {
    this.#cache = cache;
    this.#uses = uses;
  }

  read(node: ReadNode, parentGroups: boolean): ReadResult {
    const table = findTable(this.#cache, node.relation);
    const grouped = parentGroups || groups(node);
    const keys = new Map<string, ColumnEncryption>();
    const inside = new Map<string, SealedShape>();
    const select = node.select.map((column) => {
      const encryption = table?.columns.get(column.column.column)?.encryption;
      if (encryption === undefined) return column;
      const key = column.alias ?? column.column.column;
      keys.set(key, encryption);
      return this.#shown(column, { encryption, key, grouped });
    });
    for (const { column } of node.order) this.#order(node, column);
    const embeds = node.embeds.map((embed) => {
      const child = this.read(embed.node, grouped);
      this.#gather(embed, child.shape, { keys, inside });
      return { ...embed, node: child.node };
    });
    const where = node.where.map((condition) => this.#uses.search(table, condition));
    return { node: { ...node, select, embeds, where }, shape: { keys, inside } };
  }

  #shown(
    column: SelectColumn,
    { encryption, key, grouped }: { encryption: ColumnEncryption; key: string; grouped: boolean },
  ): SelectColumn {
    const { rowKey } = encryption;
    const whole = "Select the whole column, and take what you need of it where it is decrypted.";
    if (column.column.path.length > 0)
      this.#uses.refuse(encryption, "cannot be selected by a JSON path", whole);
    if (column.cast !== undefined) this.#uses.refuse(encryption, "cannot be cast", whole);
    if (column.aggregate !== undefined || grouped)
      this.#uses.refuse(encryption, "cannot be aggregated or grouped by", whole);
    if (rowKey === undefined) {
      this.#uses.refuse(
        encryption,
        "is shown by a view without the key of its row, to which its values are bound",
        "Have the view select the table's primary key too, or select from the table.",
      );
      return column;
    }
    return { ...column, alias: key, column: { ...column.column, sealedBy: rowKey } };
  }

  #order(node: ReadNode, column: ColumnRef): void {
    const embed = node.embeds.find(({ joinAlias }) => joinAlias === column.qualifier.name);
    const table = findTable(this.#cache, embed === undefined ? node.relation : embed.node.relation);
    const encryption = table?.columns.get(column.column)?.encryption;
    if (encryption !== undefined) {
      this.#uses.refuse(
        encryption,
        "cannot be ordered by",
        "Order the rows where they are decrypted, or by another column.",
      );
    }
  }

  /** A spread relation's keys are its parent's; another embed's are inside. */
  #gather(
    { output }: Embed,
    shape: SealedShape,
    { keys, inside }: { keys: Map<string, ColumnEncryption>; inside: Map<string, SealedShape> },
  ): void {
    switch (output.kind) {
      case "nothing":
        return;
      case "object":
      case "array":
        if (!isEmpty(shape)) inside.set(output.name, shape);
        return;
      case "spreadOne":
      case "spreadMany":
        for (const { name, aggregate } of output.columns) {
          const encryption = shape.keys.get(name);
          if (encryption !== undefined && aggregate !== undefined) {
            this.#uses.refuse(
              encryption,
              "cannot be aggregated or grouped by",
              "Aggregate the values where they are decrypted.",
            );
          }
        }
        for (const [key, encryption] of shape.keys) keys.set(key, encryption);
        for (const [key, inner] of shape.inside) inside.set(key, inner);
    }
  }
}

function groups(node: ReadNode): boolean {
  return (
    node.select.some((column) => column.aggregate !== undefined) ||
    node.embeds.some(
      ({ output }) =>
        output.kind === "spreadOne" && output.columns.some((column) => column.aggregate !== undefined),
    )
  );
}

function isEmpty({ keys, inside }: SealedShape): boolean {
  return keys.size === 0 && inside.size === 0;
}
