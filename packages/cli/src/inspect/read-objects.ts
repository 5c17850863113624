import type { Queryable, Row } from "@offramp/db";

import type {
  PolicyFacts,
  PublicationFacts,
  RoleFacts,
  SequenceFacts,
  ServiceFacts,
  TableFacts,
} from "./inspection.ts";
import type { NamedColumn } from "../phi/phi-candidates.ts";

/** Schemas as a parameter. */
type Schemas = readonly string[];

const inSchemas = "n.nspname = any (array(select jsonb_array_elements_text($1::jsonb))::name[])";

async function ask(source: Queryable, text: string, schemas: Schemas): Promise<readonly Row[]> {
  return source.query({ text, values: [JSON.stringify(schemas)] });
}

/** Tables with rows and bytes; a partitioned one with those of its partitions. */
export async function readTables(source: Queryable, schemas: Schemas): Promise<readonly TableFacts[]> {
  const rows = await ask(
    source,
    `select n.nspname as schema, c.relname as name, c.relrowsecurity, c.relforcerowsecurity, row_security_active(c.oid) as hides,
        has_table_privilege(c.oid, 'select') as readable,
        exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as keyed,
        (select sum(greatest(l.reltuples, 0))::bigint from pg_class l where l.relkind = 'r' and (l.oid = c.oid or l.oid in (select relid from pg_partition_tree(c.oid)))) as rows,
        (select sum(pg_total_relation_size(l.oid))::bigint from pg_class l where l.oid = c.oid or l.oid in (select relid from pg_partition_tree(c.oid))) as bytes
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where ${inSchemas} and c.relkind in ('r', 'p') and not c.relispartition
        and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      order by bytes desc, 1, 2`,
    schemas,
  );
  return rows.map((row) => ({
    schema: row["schema"] ?? "",
    name: row["name"] ?? "",
    rows: Number(row["rows"]),
    bytes: Number(row["bytes"]),
    hasKey: row["keyed"] === "t",
    rowSecurity: row["relforcerowsecurity"] === "t" ? "forced" : row["relrowsecurity"] === "t" ? "on" : "off",
    hidesRows: row["hides"] === "t",
    readable: row["readable"] === "t",
  }));
}

/** Columns of tables, by name and type. */
export async function readColumns(source: Queryable, schemas: Schemas): Promise<readonly NamedColumn[]> {
  const rows = await ask(
    source,
    `select format('%s.%s', n.nspname, c.relname) as "table", a.attname as "column", format_type(a.atttypid, null) as type
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where ${inSchemas} and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
      order by n.nspname, c.relname, a.attnum`,
    schemas,
  );
  return rows.map((row) => ({
    table: row["table"] ?? "",
    column: row["column"] ?? "",
    type: row["type"] ?? "",
  }));
}

export async function readPolicies(source: Queryable, schemas: Schemas): Promise<readonly PolicyFacts[]> {
  const rows = await ask(
    source,
    `select format('%s.%s', n.nspname, c.relname) as "table", p.polname as name,
        case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as command,
        array_to_json(array(select case r when 0 then 'public' else pg_get_userbyid(r) end from unnest(p.polroles) r)) as roles
      from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
      where ${inSchemas} order by 1, 2`,
    schemas,
  );
  return rows.map((row) => ({
    table: row["table"] ?? "",
    name: row["name"] ?? "",
    command: row["command"] ?? "",
    roles: JSON.parse(row["roles"] ?? "[]") as string[],
  }));
}

export async function readSequences(source: Queryable, schemas: Schemas): Promise<readonly SequenceFacts[]> {
  const rows = await ask(
    source,
    `select format('%s.%s', n.nspname, c.relname) as name, pg_sequence_last_value(c.oid)::text as last
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${inSchemas} and c.relkind = 'S' order by 1`,
    schemas,
  );
  return rows.map((row) => ({ name: row["name"] ?? "", lastValue: row["last"] ?? null }));
}

/** Triggers that the application put on Supabase's own tables. */
export async function readManagedTriggers(source: Queryable, schemas: Schemas): Promise<readonly string[]> {
  const rows = await ask(
    source,
    `select format('%s on %s.%s calls %s.%s()', t.tgname, tn.nspname, c.relname, n.nspname, p.proname) as name
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace tn on tn.oid = c.relnamespace
      join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace
      where ${inSchemas} and not t.tgisinternal and tn.nspname in ('auth', 'storage', 'realtime') order by 1`,
    schemas,
  );
  return rows.map(({ name }) => name ?? "");
}

export async function readPublications(source: Queryable): Promise<readonly PublicationFacts[]> {
  const rows = await source.query({
    text: `select p.pubname as name, coalesce(json_agg(format('%s.%s', t.schemaname, t.tablename) order by t.schemaname, t.tablename) filter (where t.tablename is not null), '[]') as tables
      from pg_publication p left join pg_publication_tables t on t.pubname = p.pubname group by p.pubname order by 1`,
  });
  return rows.map((row) => ({
    name: row["name"] ?? "",
    tables: JSON.parse(row["tables"] ?? "[]") as string[],
  }));
}

export async function readSlots(source: Queryable): Promise<readonly string[]> {
  const rows = await source.query({
    text: "select format('%s (%s)', slot_name, plugin) as name from pg_replication_slots where database = current_database() order by 1",
  });
  return rows.map(({ name }) => name ?? "");
}

export async function readRoles(source: Queryable): Promise<readonly RoleFacts[]> {
  const rows = await source.query({
    text: "select rolname, rolcanlogin, rolbypassrls or rolsuper as bypasses from pg_roles where rolname !~ '^pg_' order by 1",
  });
  return rows.map((row) => ({
    name: row["rolname"] ?? "",
    canLogin: row["rolcanlogin"] === "t",
    bypassesRowSecurity: row["bypasses"] === "t",
  }));
}

const SERVICES = {
  users: "auth.users",
  buckets: "storage.buckets",
  storedObjects: "storage.objects",
  secrets: "vault.secrets",
  scheduledJobs: "cron.job",
} as const;

/** Counts what Supabase's services hold, where the role may look. */
export async function readServices(source: Queryable): Promise<ServiceFacts> {
  const found: Record<string, number> = {};
  for (const [name, table] of Object.entries(SERVICES)) {
    const [schema = "", relation = ""] = table.split(".");
    const [access] = await source.query({
      text: `select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as readable
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`,
      values: [schema, relation],
    });
    if (access?.["readable"] !== "t") continue;
    const [row] = await source.query({ text: `select count(*) as n from ${table}` });
    found[name] = Number(row?.["n"]);
  }
  return found;
}
