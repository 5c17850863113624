import { getTableName } from "drizzle-orm";
import { getTableConfig } from "drizzle-orm/pg-core";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { Queryable } from "../port.ts";
import { quotedBy } from "./quoted-by.ts";
import type { ModuleTable } from "./schema-module.ts";

/** The foreign keys of the tables, in PostgreSQL's words. */
export async function foreignKeys(
  db: Queryable,
  tables: readonly ModuleTable[],
): Promise<readonly CatalogObject[]> {
  const keys = tables.flatMap((table) =>
    table.foreignKeys.map((key) => {
      const { columns, foreignTable, foreignColumns } = key.reference();
      return {
        table,
        key,
        columns: columns.map(({ name }) => name),
        referred: {
          schema: getTableConfig(foreignTable).schema ?? "public",
          name: getTableName(foreignTable),
          columns: foreignColumns.map(({ name }) => name),
        },
      };
    }),
  );
  const quoted = await quotedBy(
    db,
    keys.flatMap(({ columns, referred }) => [
      ...columns,
      referred.schema,
      referred.name,
      ...referred.columns,
    ]),
  );
  return keys.map(({ table, key, columns, referred }) => ({
    kind: "constraint",
    schema: table.schemaName,
    parent: table.name,
    name: cut(key.getName()),
    properties: {
      "of domain": false,
      type: "foreign key",
      definition:
        `FOREIGN KEY (${columns.map(quoted).join(", ")}) REFERENCES ` +
        `${quoted(referred.schema)}.${quoted(referred.name)}(${referred.columns.map(quoted).join(", ")})`,
      "on delete": (key.onDelete ?? "no action").toUpperCase(),
      "on update": (key.onUpdate ?? "no action").toUpperCase(),
      valid: true,
      enforced: true,
    },
  }));
}

/** PostgreSQL keeps 63 bytes of a name, and no part of a character. */
function cut(name: string): string {
  let short = name;
  while (Buffer.byteLength(short) > 63) short = short.slice(0, -1);
  return short;
}
