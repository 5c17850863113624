import type { Database, Queryable, Row } from "../port.ts";
import type { Catalog, CatalogObject, NotCompared, ObjectKind, PropertyValue } from "./catalog.ts";
import { columnsSql, tablesSql } from "./sql/tables-sql.ts";
import { constraintsSql, indexesSql } from "./sql/constraints-sql.ts";
import { functionsSql } from "./sql/functions-sql.ts";
import { defaultPrivilegesSql, grantsSql } from "./sql/grants-sql.ts";
import { marksSql } from "./sql/marks-sql.ts";
import { notComparedSql } from "./sql/not-compared-sql.ts";
import { publicationsSql } from "./sql/publications-sql.ts";
import { rolesSql } from "./sql/roles-sql.ts";
import { schemasSql } from "./sql/schemas-sql.ts";
import { typesSql } from "./sql/types-sql.ts";
import { rulesOfTablesSql, viewsSql } from "./sql/views-sql.ts";

/**
 * What {@link readCatalog} reads.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { readCatalog, type ReadCatalogOptions } from "@offramp/db/conformance";
 *
 * const options: ReadCatalogOptions = { schemas: ["public", "billing"], owners: ["clinic_owner"] };
 * console.log((await readCatalog(connect(), options)).objects.length);
 */
export interface ReadCatalogOptions {
  /** Default: every schema but PostgreSQL's own, `offramp` (the migration ledger) and `audit` (the trail). */
  readonly schemas?: readonly string[];
  /**
   * The roles that migrate. What they own counts as owned by "the owner", whoever that is on another server. Added to
   * the role that reads and the owner of the database.
   */
  readonly owners?: readonly string[];
  /**
   * Reads roles too: their attributes and memberships, of these and of all to whom something in the schemas is granted. A
   * list, which may be empty. Default: none are read.
   */
  readonly roles?: readonly string[];
  /** Reads the database's publications too. Default `false`. */
  readonly publications?: boolean;
}

const SECTIONS: readonly string[] = [
  schemasSql,
  typesSql,
  tablesSql,
  columnsSql,
  constraintsSql,
  indexesSql,
  viewsSql,
  rulesOfTablesSql,
  functionsSql,
  grantsSql,
  defaultPrivilegesSql,
];

const USUAL_SCHEMAS = `
select nspname as name from pg_namespace
where nspname not in ('information_schema', 'offramp', 'audit') and nspname !~ '^pg_'
order by nspname`;

const OWNERS = `
select current_user as name
union select pg_get_userbyid(datdba) from pg_database where datname = current_database()
union select 'pg_database_owner'`;

/**
 * Reads the schema objects of a database from PostgreSQL's catalog: of one moment, without locks, on a replica too. What
 * extensions made is left out. It needs no right on the objects themselves.
 *
 * @throws {ServerError | ConnectionError} the catalog could not be read.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { diffCatalogs, readCatalog } from "@offramp/db/conformance";
 *
 * const staging = connect({ url: "postgres://localhost/staging" });
 * const production = connect({ url: "postgres://localhost/production" });
 * const findings = diffCatalogs(await readCatalog(staging), await readCatalog(production));
 * console.log(findings.length);
 */
export function readCatalog(db: Database, options: ReadCatalogOptions = {}): Promise<Catalog> {
  return db.transaction((transaction) => readCatalogIn(transaction, options), {
    isolation: "repeatable read",
    readOnly: true,
  });
}

/** Its search_path is empty afterwards, until the transaction ends. */
async function readCatalogIn(db: Queryable, options: ReadCatalogOptions): Promise<Catalog> {
  // With an empty path PostgreSQL writes every name with its schema, whatever the role's own path is.
  await db.query({ text: "set local search_path = ''" });
  await db.query({ text: "set local quote_all_identifiers = off" });
  // A bound or a default that is a point in time is written in the session's zone.
  await db.query({ text: "set local timezone = 'UTC'" });
  const schemas = options.schemas ?? (await names(db, USUAL_SCHEMAS));
  const owners = [...(await names(db, OWNERS)), ...(options.owners ?? [])];
  const objects: CatalogObject[] = [];
  for (const text of SECTIONS) objects.push(...(await readSection(db, { text, schemas, owners })));
  if (options.roles !== undefined) {
    const named = [...options.roles, ...objects.flatMap(rolesNamedBy)].filter((name) => name !== "public");
    objects.push(...(await readSection(db, { text: rolesSql, schemas: named, owners })));
  }
  if (options.publications === true)
    objects.push(...(await readSection(db, { text: publicationsSql, schemas, owners })));
  const marks = await readMarks(db, schemas);
  const notCompared = (await db.query({ text: notComparedSql, values: [arrayLiteral(schemas)] })).map(
    (row): NotCompared => ({ what: row["what"] ?? "", count: Number(row["count"]) }),
  );
  const gaps = notCompared.filter(({ what }) => what !== "publications" || options.publications !== true);
  const [version] = await db.query({ text: "select current_setting('server_version_num') as version" });
  return {
    serverVersion: Number(version?.["version"]),
    schemas,
    objects: [...objects, ...marks.objects],
    notCompared: [...gaps, ...marks.notCompared],
    hasMarks: marks.hasMarks,
    ...(options.roles !== undefined && { hasRoles: true }),
    ...(options.publications === true && { hasPublications: true }),
  };
}

/** To whom something is granted, now or of what will be made, and whom a policy is for. */
function rolesNamedBy({ kind, name, properties }: CatalogObject): readonly string[] {
  if (kind === "grant" || kind === "default privileges") return [name];
  const { roles } = properties;
  return kind === "policy" && Array.isArray(roles) ? roles.map(String) : [];
}

/** One of the texts in `sql/`, in a transaction whose search_path is empty. */
export async function readSection(
  db: Queryable,
  section: {
    readonly text: string;
    readonly schemas: readonly string[];
    readonly owners?: readonly string[];
  },
): Promise<CatalogObject[]> {
  const { text, schemas, owners = [] } = section;
  const values = [arrayLiteral(schemas), ...(text.includes("$2") ? [arrayLiteral(owners)] : [])];
  return (await db.query({ text, values })).map(toObject);
}

async function readMarks(
  db: Queryable,
  schemas: readonly string[],
): Promise<Pick<Catalog, "objects" | "notCompared" | "hasMarks">> {
  // Not to_regclass(): it refuses to look into a schema that the role may not use.
  const [access] = await db.query({
    text: `select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as readable
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'audit' and c.relname = 'phi_column'`,
  });
  if (access === undefined) {
    const gap = { what: "PHI marks: the audit trail is not installed" };
    return { objects: [], notCompared: [gap], hasMarks: false };
  }
  if (access["readable"] !== "t") {
    const gap = { what: "PHI marks: this role may not read them; grant it offramp_auditor" };
    return { objects: [], notCompared: [gap], hasMarks: false };
  }
  const rows = await db.query({ text: marksSql, values: [arrayLiteral(schemas)] });
  return { objects: rows.map(toObject), notCompared: [], hasMarks: true };
}

async function names(db: Queryable, text: string): Promise<string[]> {
  return (await db.query({ text })).map((row) => row["name"] ?? "");
}

function toObject(row: Row): CatalogObject {
  const { kind, name, properties } = row;
  const facts: Record<string, PropertyValue> = JSON.parse(properties ?? "{}");
  return {
    kind: kind as ObjectKind,
    ...given("schema", row["schema"]),
    ...given("parent", row["parent"]),
    name: name ?? "",
    ...given("on", row["on_kind"]),
    ...given("column", row["column_name"]),
    properties: facts,
    ...given("definition", row["definition"]),
  };
}

/** The property, or nothing where the value is null. */
function given<K extends string>(
  name: K,
  value: string | null | undefined,
): Partial<Readonly<Record<K, string>>> {
  return value === null || value === undefined ? {} : ({ [name]: value } as Record<K, string>);
}

function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(",")}}`;
}
