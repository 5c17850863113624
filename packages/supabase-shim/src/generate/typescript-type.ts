import { type Layout, literal, suffixed } from "./layout.ts";
import type { TypeCatalog, TypeFacts } from "./type-catalog.ts";

const NUMBERS = "int2 int4 int8 float4 float8 numeric".split(" ");
const TEXTS = "bytea bpchar varchar text citext uuid vector date time timetz timestamp timestamptz".split(
  " ",
);

/** What a type of PostgreSQL's own, or of a well-known extension, is in JSON. Of others nothing is known. */
const SCALARS: ReadonlyMap<string, string> = new Map([
  ["bool", "boolean"],
  ["json", "Json"],
  ["jsonb", "Json"],
  ["void", "undefined"],
  ["record", "Record<string, unknown>"],
  ...NUMBERS.map((name): [string, string] => [name, "number"]),
  ...TEXTS.map((name): [string, string] => [name, "string"]),
]);

/** Types whose schema is wherever their extension was put. */
const OF_EXTENSIONS: ReadonlySet<string> = new Set(["citext", "vector"]);

/** What the client shows a `bigint` as: its option `db.bigint`. */
export type BigintType = "number" | "string" | "bigint";

/** Writes types, with references to what the file declares. */
export class TypeWriter {
  readonly #catalog: TypeCatalog;
  readonly #schemas: ReadonlySet<string>;
  readonly #bigint: BigintType;

  constructor(catalog: TypeCatalog, schemas: readonly string[], bigint: BigintType) {
    this.#catalog = catalog;
    this.#schemas = new Set(schemas);
    this.#bigint = bigint;
  }

  /** Inside lists and composite values the client leaves a `bigint` the number that it is in JSON. */
  get inside(): TypeWriter {
    return this.#bigint === "number" ? this : new TypeWriter(this.#catalog, [...this.#schemas], "number");
  }

  facts(oid: string): TypeFacts | undefined {
    return this.#catalog.types.get(oid);
  }

  typeOf(oid: string): Layout {
    const type = this.facts(oid);
    if (type === undefined) return "unknown";
    if (type.base !== null) return this.typeOf(type.base);
    if (type.element !== null) return suffixed(this.inside.typeOf(type.element), "[]");
    if (type.labels !== null) return this.#reference(type, "Enums") ?? enumeration(type.labels);
    if (type.attributes !== null) return this.#reference(type, "CompositeTypes") ?? "unknown";
    if (type.relation !== null) {
      const row = this.#reference(type, type.relation.isView ? "Views" : "Tables");
      return row === undefined ? "unknown" : `${row}["Row"]`;
    }
    if (type.schema === "pg_catalog" && type.name === "int8") return this.#bigint;
    const known = type.schema === "pg_catalog" || OF_EXTENSIONS.has(type.name);
    return (known ? SCALARS.get(type.name) : undefined) ?? "unknown";
  }

  /** With null, where it may be. Of an unknown type null is part already. */
  nullable(oid: string): Layout {
    const type = this.typeOf(oid);
    if (type === "unknown") return type;
    if (typeof type === "object" && type.kind === "union") {
      return { ...type, members: [...type.members, "null"] };
    }
    return { kind: "union", members: [type, "null"] };
  }

  #reference({ schema, name }: TypeFacts, kind: string): string | undefined {
    if (!this.#schemas.has(schema)) return undefined;
    return `Database[${literal(schema)}][${literal(kind)}][${literal(name)}]`;
  }
}

/** The labels of an enum as a union of their texts. */
export function enumeration(labels: readonly string[]): Layout {
  const members = labels.map(literal);
  return members.length === 1 ? (members[0] ?? "never") : { kind: "union", members };
}
