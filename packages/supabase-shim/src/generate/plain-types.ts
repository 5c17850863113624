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
      plain.set(facts.oid, facts);
      return { ...column, type: facts.oid };
    });
    return { ...relation, columns };
  });
  return { ...types, relations, types: new Map([...types.types, ...plain]) };
}

/** `varchar(11)` is a varchar, a timestamp of whatever precision a text. */
function factsOf(type: string): TypeFacts {
  const sqlName = type.replace(/ ?\(.*?\)/, "");
  const name = OWN_NAMES[sqlName] ?? (sqlName === "timestamp with time zone" ? "timestamptz" : sqlName);
  const nothing = { element: null, base: null, labels: null, attributes: null, relation: null };
  // No oid of PostgreSQL's is a word.
  return { oid: `encrypted ${name}`, schema: "pg_catalog", name, ...nothing };
}
