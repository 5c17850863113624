import { block, type Entry, type Layout, literal } from "./layout.ts";
import type { KeyRelationship } from "../schema-cache/index.ts";
import { compareNames, inNameOrder } from "./in-name-order.ts";
import type { ColumnFacts, RelationFacts } from "./type-catalog.ts";
import type { TypeWriter } from "./typescript-type.ts";

/** What a relation's types are made of, beside the relation. */
export interface RelationParts {
  readonly writer: TypeWriter;
  /** Functions of a row that `select` may name as columns. */
  readonly computed: readonly Entry[];
  /** The foreign keys that start from the relation, into its own schema. */
  readonly relationships: readonly KeyRelationship[];
  /** Columns of a view that are shown to hold no null. */
  readonly neverNull: ReadonlySet<string>;
}

/** `Row`, `Insert`, `Update` and `Relationships` of a table or view; a view that takes no writes has two of them. */
export function relationType(relation: RelationFacts, parts: RelationParts): Layout {
  const columns = inNameOrder(relation.columns);
  const { writer, neverNull } = parts;
  const row = columns.map(({ name, type, nullable }) => ({
    name,
    value: nullable && !neverNull.has(name) ? writer.nullable(type) : writer.typeOf(type),
  }));
  const entries: Entry[] = [{ name: "Row", value: block([...row, ...parts.computed]) }];
  if (!relation.isView || relation.updatable) {
    const write = relation.isView ? viewWrite : tableWrite;
    entries.push(
      { name: "Insert", value: block(columns.map((column) => write(column, writer, !column.hasDefault))) },
      { name: "Update", value: block(columns.map((column) => write(column, writer, false))) },
    );
  }
  entries.push({ name: "Relationships", value: relationshipList(parts.relationships) });
  return block(entries);
}

function tableWrite(column: ColumnFacts, writer: TypeWriter, required: boolean): Entry {
  const { name, type, nullable, generatedAlways } = column;
  if (generatedAlways) return { name, optional: true, value: "never" };
  return {
    name,
    optional: nullable || !required,
    value: nullable ? writer.nullable(type) : writer.typeOf(type),
  };
}

function viewWrite({ name, type, updatable }: ColumnFacts, writer: TypeWriter): Entry {
  return { name, optional: true, value: updatable ? writer.nullable(type) : "never" };
}

function relationshipList(relationships: readonly KeyRelationship[]): Layout {
  const texts = (names: readonly string[]): Layout => ({ kind: "tuple", items: names.map(literal) });
  const listed = relationships
    .map(({ constraint, columns, cardinality, foreignTable }) => ({
      constraint,
      from: columns.map(([column]) => column),
      to: columns.map(([, column]) => column),
      isOneToOne: cardinality === "one-to-one",
      referenced: foreignTable.name,
    }))
    .toSorted(
      (a, b) =>
        compareNames(a.constraint, b.constraint) ||
        compareNames(a.referenced, b.referenced) ||
        compareNames(JSON.stringify(a.to), JSON.stringify(b.to)) ||
        compareNames(JSON.stringify(a.from), JSON.stringify(b.from)),
    );
  return {
    kind: "tuple",
    items: listed.map(({ constraint, from, to, isOneToOne, referenced }) =>
      block([
        { name: "foreignKeyName", value: literal(constraint) },
        { name: "columns", value: texts(from) },
        { name: "isOneToOne", value: String(isOneToOne) },
        { name: "referencedRelation", value: literal(referenced) },
        { name: "referencedColumns", value: texts(to) },
      ]),
    ),
  };
}
