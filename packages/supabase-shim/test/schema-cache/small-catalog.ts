import {
  type Catalog,
  type CatalogForeignKey,
  type CatalogTable,
  type CatalogViewColumn,
  deriveSchemaCache,
  type QualifiedName,
  relationshipsFrom,
  type Routine,
  type SchemaCache,
} from "../../src/schema-cache/index.ts";

/** `name`, or `schema.name`. */
export function named(text: string): QualifiedName {
  const [schema, name] = text.split(".");
  return name === undefined ? { schema: "public", name: text } : { schema: schema ?? "", name };
}

/** A table with integer columns; `column:type` says otherwise. */
export function table(name: string, columns: readonly string[]): CatalogTable {
  return {
    ...named(name),
    isView: false,
    columns: columns.map((each) => {
      const [column = each, type = "integer"] = each.split(":");
      return { name: column, type, baseType: type, nullable: true };
    }),
  };
}

export function view(name: string, columns: readonly string[]): CatalogTable {
  return { ...table(name, columns), isView: true };
}

/** `from(a, b) → to(c, d)` under a constraint's name. */
export function foreignKey(
  constraint: string,
  [from, ...columns]: readonly [string, ...string[]],
  [to, ...foreignColumns]: readonly [string, ...string[]],
): CatalogForeignKey {
  return {
    constraint,
    table: named(from),
    foreignTable: named(to),
    columns: columns.map((column, index) => [column, foreignColumns[index] ?? "id"]),
    unique: false,
  };
}

/** `view.column` shows `table.column`: pairs of a view's own column and its source's. */
export function shows(
  viewName: string,
  source: string,
  pairs: Readonly<Record<string, string>>,
): CatalogViewColumn[] {
  return Object.entries(pairs).map(([column, sourceColumn]) => ({
    view: named(viewName),
    column,
    source: named(source),
    sourceColumn,
  }));
}

export function primaryKey(name: string, ...columns: readonly string[]): Catalog["primaryKeys"][number] {
  return { table: named(name), columns };
}

/** A function with named parameters, `name:type`, of which those with a `?` behind the name need not be given. */
export function routine(
  name: string,
  parameters: readonly string[],
  returns: Partial<Routine> = {},
): Routine {
  return {
    ...named(name),
    parameters: parameters.map((each) => {
      const [given = "", type = "integer"] = each.split(":");
      const variadic = given.startsWith("...");
      const parameter = given.replace("...", "").replace("?", "");
      return {
        name: parameter,
        type,
        lengthlessType: type,
        required: !given.endsWith("?") && !variadic,
        variadic,
      };
    }),
    volatility: "volatile",
    returnsSet: false,
    returnsComposite: false,
    returnType: { schema: "pg_catalog", name: "int4" },
    ...returns,
  };
}

/** A catalog of the schema public with nothing in it but what is given. */
function catalogOf(parts: Partial<Catalog>): Catalog {
  return {
    exposedSchemas: ["public"],
    searchPath: ["public"],
    settableRoles: {},
    roleSettings: {},
    tables: [],
    primaryKeys: [],
    foreignKeys: [],
    viewColumns: [],
    routines: [],
    computedRelationships: [],
    representations: [],
    mediaHandlers: [],
    ...parts,
  };
}

export function cacheOf(parts: Partial<Catalog>): SchemaCache {
  return deriveSchemaCache(catalogOf(parts));
}

/** The relationships that start from a relation, one line each, in their order. */
export function relationshipLines(cache: SchemaCache, from: string): readonly string[] {
  return relationshipsFrom(cache, named(from)).map((relationship) => {
    const { cardinality, foreignTable, isSelf } = relationship;
    const target = `${cardinality} ${foreignTable.name}${isSelf ? " (self)" : ""}`;
    if (relationship.kind === "computed") return `${target} by ${relationship.routine.name}()`;
    const pairs = relationship.columns.map((pair) => pair.join("=")).join(", ");
    if (relationship.kind === "key") return `${target} by ${relationship.constraint}: ${pairs}`;
    const foreignPairs = relationship.foreignColumns.map((pair) => pair.join("=")).join(", ");
    const keys = `${relationship.constraint} and ${relationship.foreignConstraint}`;
    return `${target} through ${relationship.junction.name} by ${keys}: ${pairs}; ${foreignPairs}`;
  });
}
