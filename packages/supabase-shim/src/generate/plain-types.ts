import { valueTypeParts } from "@offramp/db/encryption";
import { type Catalog, deriveSchemaCache, findTable } from "../schema-cache/index.ts";
import type { TypeCatalog, TypeFacts } from "./type-catalog.ts";

/** PostgreSQL's own name of a type, where SQL has another one. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  smallint: "int2",
  integer: "int4",
  bigint: "int8",
  real: "float4",
  "double precision": "float8",
  boolean: "bool",
  "character varying": "varchar",
  character: "bpchar",
  "time without time zone": "time",
  "timestamp without time zone": "timestamp",
  "timestamp with time zone": "timestamptz",
};

/** The types with encrypted columns as what a client shows them, and not as the bytes that are stored. */
export function withPlainTypes(types: TypeCatalog, catalog: Catalog): TypeCatalog {
  if (catalog.encrypted === undefined) return types;
  const cache = deriveSchemaCache(catalog);
  const plain = new Map<string, TypeFacts>();
  const relations = types.relations.map((relation) => {
    const table = findTable(cache, relation);
    const columns = relation.columns.map((column) => {
      const encryption = table?.columns.get(column.name)?.encryption;
      if (encryption === undefined) return column;
      const facts = factsOf(encryption.type);
      for (const each of facts) plain.set(each.oid, each);
      return { ...column, type: facts[0]?.oid ?? column.type };
    });
    return { ...relation, columns };
  });
  return { ...types, relations, types: new Map([...types.types, ...plain]) };
}

/** `varchar(11)` is a varchar, an enum its labels, an array a type around its members'. No oid of PostgreSQL's is a word. */
function factsOf(type: string): readonly TypeFacts[] {
  const { name: sqlName, array, labels } = valueTypeParts(type);
  const name = OWN_NAMES[sqlName] ?? sqlName;
  const nothing = { element: null, base: null, labels: null, attributes: null, relation: null };
  const one = {
    ...nothing,
    oid: `encrypted ${name}`,
    schema: "pg_catalog",
    name,
    labels: labels ?? null,
  };
  if (!array) return [one];
  return [{ ...nothing, oid: `${one.oid}[]`, schema: "pg_catalog", name: `_${name}`, element: one.oid }, one];
}
