import type { CatalogObject } from "../catalog/catalog.ts";
import { literal } from "../mend/sql-names.ts";
import type { Queryable } from "../port.ts";
import { serialType } from "./drizzle-text.ts";
import { quotedBy } from "./quoted-by.ts";
import type { ModuleTable } from "./schema-module.ts";

const MAXIMUM: Readonly<Record<string, string>> = {
  smallint: "32767",
  integer: "2147483647",
  bigint: "9223372036854775807",
};

/** Serial columns as PostgreSQL makes them: an integer with a default, and a sequence that belongs to it. */
export async function serialColumns(
  db: Queryable,
  tables: readonly ModuleTable[],
  read: readonly CatalogObject[],
): Promise<readonly CatalogObject[]> {
  const serials = tables.flatMap((table) =>
    table.columns.flatMap((column) => {
      const type = serialType(column);
      return type === undefined
        ? []
        : [{ schema: table.schemaName, table: table.name, column: column.name, type }];
    }),
  );
  const quoted = await quotedBy(
    db,
    serials.flatMap(({ schema, table, column }) => [schema, table, column, `${table}_${column}_seq`]),
  );
  return serials.flatMap(({ schema, table, column, type }) => {
    const sequence = `${table}_${column}_seq`;
    const plain = read.find(
      ({ kind, schema: inSchema, parent, name }) =>
        kind === "column" && inSchema === schema && parent === table && name === column,
    );
    if (plain === undefined) return [];
    const value = `nextval(${literal(`${quoted(schema)}.${quoted(sequence)}`)}::regclass)`;
    return [
      { ...plain, properties: { ...plain.properties, default: value } },
      {
        kind: "sequence",
        schema,
        name: sequence,
        properties: {
          type,
          start: "1",
          increment: "1",
          minimum: "1",
          maximum: MAXIMUM[type] ?? "",
          cache: "1",
          cycle: false,
          "owned by": [schema, table, column].map(quoted).join("."),
        },
      },
    ];
  });
}
