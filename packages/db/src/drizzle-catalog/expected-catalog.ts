import type { PgPolicy } from "drizzle-orm/pg-core";
import type { Catalog, CatalogObject, NotCompared, PropertyValue } from "../catalog/catalog.ts";
import { readSection } from "../catalog/read-catalog.ts";
import { constraintsSql, indexesSql } from "../catalog/sql/constraints-sql.ts";
import { columnsSql, tablesSql } from "../catalog/sql/tables-sql.ts";
import { rulesOfTablesSql, viewsSql } from "../catalog/sql/views-sql.ts";
import { ServerError } from "../errors/server-error.ts";
import { literal, qualified } from "../mend/sql-names.ts";
import type { Database, Queryable } from "../port.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import { dataSubjects, phiMarks } from "../schema/phi.ts";
import { textOf } from "./drizzle-text.ts";
import { foreignKeys } from "./foreign-keys.ts";
import { policyRoles, policyText } from "./policy-text.ts";
import { type ModuleTable, type ModuleView, readSchemaModule, type SchemaModule } from "./schema-module.ts";
import { serialColumns } from "./serial-columns.ts";
import { bareStandIn, sequenceText, standIn } from "./stand-in.ts";

/**
 * The catalog that a Drizzle schema describes. PostgreSQL reads the description: temporary tables are made from it, in a
 * transaction that is rolled back, and their catalog is read. So a default or a predicate is compared in PostgreSQL's own
 * words. It needs the right TEMPORARY on the database, which everyone has by default, and a server that is no replica.
 */
export async function expectedCatalog(db: Database, module: object, found: Catalog): Promise<Catalog> {
  const schema = readSchemaModule(module);
  const session = await db.reserve();
  try {
    await session.query({ text: "begin" });
    return await new Description(session, schema, found).read(module);
  } finally {
    // Releasing rolls back.
    await session.release();
  }
}

/** Of a stand-in, what Drizzle has a word for. */
const SPOKEN: Readonly<Record<string, readonly string[]>> = {
  table: [],
  column: ["position", "type", "nullable", "default", "generated", "identity", "identity sequence"],
  constraint: ["of domain", "type", "definition", "valid", "enforced", "inherited", "index valid"],
  index: ["method", "unique", "nulls not distinct", "columns", "predicate", "valid"],
  policy: ["permissive", "command", "roles", "using", "check"],
  sequence: ["type", "start", "increment", "minimum", "maximum", "cache", "cycle"],
  view: ["query", "columns"],
  "materialized view": ["query", "columns"],
};

class Description {
  readonly #db: Queryable;
  readonly #schema: SchemaModule;
  readonly #found: Catalog;
  readonly #notCompared: NotCompared[] = [];
  #temporary = "";

  constructor(db: Queryable, schema: SchemaModule, found: Catalog) {
    this.#db = db;
    this.#schema = schema;
    this.#found = found;
  }

  async read(module: object): Promise<Catalog> {
    const { tables, enums, sequences, views } = this.#schema;
    await this.#db.query({
      text: "create temporary table offramp_stand_in (); drop table offramp_stand_in",
      script: true,
    });
    const [name] = await this.#db.query({
      text: "select nspname as name from pg_namespace where oid = pg_my_temp_schema()",
    });
    this.#temporary = name?.["name"] ?? "";
    await this.#makeMissingTypes();
    const schemas = [...new Set(tables.map(({ schemaName }) => schemaName))];
    const objects: CatalogObject[] = enums.map((type) => ({
      kind: "enum",
      schema: type.schema ?? "public",
      name: type.enumName,
      properties: { labels: type.enumValues },
    }));
    for (const one of schemas) objects.push(...(await this.#readTables(one)));
    for (const sequence of sequences) {
      const text = `create temporary sequence ${quoteIdentifier(sequence.seqName ?? "")} ${sequenceText(sequence.seqOptions ?? {})}`;
      objects.push(
        ...(await this.#readStandIns([text], { to: sequence.schema ?? "public", sections: [tablesSql] })),
      );
    }
    objects.push(
      ...(await foreignKeys(this.#db, tables)),
      ...(await serialColumns(this.#db, tables, objects)),
    );
    for (const table of tables)
      for (const policy of table.policies) objects.push(await this.#readPolicy(policy, table));
    for (const view of views) objects.push(await this.#readView(view));
    return {
      serverVersion: this.#found.serverVersion,
      schemas,
      objects: [...replaceSerials(objects), ...marks(module)],
      notCompared: this.#notCompared,
      hasMarks: true,
    };
  }

  /** As migrations see names, and the schemas of extensions, whose types Drizzle names without a schema. */
  async #usePath(): Promise<void> {
    const extensions = this.#found.objects
      .filter(({ kind }) => kind === "extension")
      .map(({ properties }) => String(properties["schema"]));
    const path = ["pg_temp", "public", ...new Set(extensions)].map(quoteIdentifier).join(", ");
    await this.#db.query({ text: "select set_config('search_path', $1, true)", values: [path] });
  }

  async #makeMissingTypes(): Promise<void> {
    for (const { enumName, schema = "public", enumValues } of this.#schema.enums) {
      const there = this.#found.objects.some(
        (object) => object.kind === "enum" && object.schema === schema && object.name === enumName,
      );
      if (there) continue;
      const labels = enumValues.map(literal).join(", ");
      await this.#db.query({ text: `create schema if not exists ${quoteIdentifier(schema)}` });
      await this.#db.query({ text: `create type ${qualified(schema, enumName)} as enum (${labels})` });
    }
  }

  async #readTables(schemaName: string): Promise<CatalogObject[]> {
    const tables = this.#schema.tables.filter((table) => table.schemaName === schemaName);
    const read = await this.#readStandIns(tables.flatMap(standIn), {
      to: schemaName,
      sections: [tablesSql, columnsSql, constraintsSql, indexesSql],
    });
    const secured = new Set(
      tables.filter(({ enableRLS, policies }) => enableRLS || policies.length > 0).map(({ name }) => name),
    );
    return read.map((object) =>
      object.kind === "table" && secured.has(object.name)
        ? { ...object, properties: { "row level security": true } }
        : object,
    );
  }

  /** Makes temporary objects, reads them as if they were in the schema `to`, and undoes them. */
  async #readStandIns(
    statements: readonly string[],
    reading: { readonly to: string; readonly sections: readonly string[] },
  ): Promise<CatalogObject[]> {
    await this.#db.query({ text: "savepoint stand_in" });
    try {
      await this.#usePath();
      for (const text of statements) await this.#db.query({ text });
      await this.#db.query({ text: "set local search_path = ''" });
      await this.#db.query({ text: "set local timezone = 'UTC'" });
      const objects: CatalogObject[] = [];
      for (const text of reading.sections) {
        objects.push(...(await readSection(this.#db, { text, schemas: [this.#temporary] })));
      }
      return objects.map((object) => ({
        ...object,
        schema: reading.to,
        properties: spoken(object.kind, object.properties),
      }));
    } finally {
      await this.#db.query({ text: "rollback to savepoint stand_in" });
    }
  }

  /** Alone in the temporary schema: other tables that a policy names are the real ones. */
  async #readPolicy(policy: PgPolicy, table: ModuleTable): Promise<CatalogObject> {
    const name = { kind: "policy", schema: table.schemaName, parent: table.name, name: policy.name } as const;
    try {
      const [read] = await this.#readStandIns([bareStandIn(table), policyText(policy, table)], {
        to: table.schemaName,
        sections: [rulesOfTablesSql],
      });
      if (read !== undefined) return read;
    } catch (error) {
      this.#note(`the expressions of policy ${policy.name} on ${table.schemaName}.${table.name}`, error);
    }
    return {
      ...name,
      properties: {
        permissive: policy.as !== "restrictive",
        command: policy.for ?? "all",
        roles: policyRoles(policy).toSorted(),
      },
    };
  }

  /** Made of the real tables: where those lack a column that it reads, they are what is found. */
  async #readView({ kind, schema, name, query }: ModuleView): Promise<CatalogObject> {
    const bare: CatalogObject = { kind, schema, name, properties: {} };
    if (query === undefined) return bare;
    try {
      const [read] = await this.#readStandIns(
        [`create temporary view ${quoteIdentifier(name)} as ${textOf(query)}`],
        { to: schema, sections: [viewsSql] },
      );
      return read === undefined ? bare : { ...read, kind };
    } catch (error) {
      this.#note(`the query of ${kind} ${schema}.${name}`, error);
      return bare;
    }
  }

  #note(what: string, error: unknown): void {
    if (!(error instanceof ServerError)) throw error;
    this.#notCompared.push({ what: `${what}: ${error.message}` });
  }
}

function spoken(
  kind: string,
  properties: Readonly<Record<string, PropertyValue>>,
): Readonly<Record<string, PropertyValue>> {
  return Object.fromEntries(
    (SPOKEN[kind] ?? []).map((property): [string, PropertyValue] => [property, properties[property] ?? null]),
  );
}

/** A serial column's object with its default stands later in the list than the one that was read. */
function replaceSerials(objects: readonly CatalogObject[]): readonly CatalogObject[] {
  return objects.filter(
    (object, index) =>
      object.kind !== "column" ||
      !objects.some(
        (other, later) =>
          later > index &&
          other.kind === "column" &&
          other.schema === object.schema &&
          other.parent === object.parent &&
          other.name === object.name,
      ),
  );
}

function marks(module: object): CatalogObject[] {
  return [
    ...phiMarks(module).map(({ schema, table, column, kind }): CatalogObject => ({
      kind: "phi mark",
      schema,
      parent: table,
      name: column,
      properties: { phi: kind },
    })),
    ...dataSubjects(module).map(({ schema, table, column, follows }): CatalogObject => ({
      kind: "data subject",
      schema,
      parent: table,
      name: column,
      properties: { follows },
    })),
  ];
}
