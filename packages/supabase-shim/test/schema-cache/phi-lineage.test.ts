import { auditMigrations } from "@offramp/audit";
import { migrate } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { schemaDatabase, type SchemaDatabase } from "./schema-database.ts";

const SCHEMA = `
  create schema hidden;
  create table patients (id int primary key, email text, clinic text);
  create table old_patients (note text) inherits (patients);
  create table visits (id int, day date, patient_id int, reason text, primary key (id, day)) partition by range (day);
  create table visits_2026 partition of visits for values from ('2026-01-01') to ('2027-01-01');
  create table bills (id int primary key, visit_id int, day date, foreign key (visit_id, day) references visits_2026);
  create view shown as select id, email from patients;
  create view lowered as select id, lower(email) as mail, clinic from patients;
  create view either as select id, email from patients union all select id, email from patients;
  create view as_json as select id, to_jsonb(patients) as document from patients;
  create view by_cte as with p as (select * from patients) select id, row_to_json(p) as document from p;
  create view hidden.inner_view as select id, left(email, 3) as start from patients;
  create view outer_view as select id, start from hidden.inner_view;
  create view outer_computed as select id, upper(start) as start from hidden.inner_view;
  create view harmless as select id, upper(clinic) as clinic from patients;
  create view clinics as select clinic, count(*) as n from patients group by clinic;
  insert into patients values (1, 'ada@example.org', 'north');
  insert into old_patients values (2, 'ben@example.org', 'south', 'moved');
  insert into visits values (1, '2026-01-01', 1, 'cough'); insert into bills values (1, 1, '2026-01-01');
`;

let schema: SchemaDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  schema = await schemaDatabase(SCHEMA);
  await migrate(schema.db, [auditMigrations()]);
  await schema.run(`
    insert into audit.phi_column (table_schema, table_name, column_name, kind) values
      ('public', 'patients', 'email', 'identifier'), ('public', 'visits', 'reason', 'clinical');
    insert into audit.phi_subject (table_schema, table_name, column_name) values
      ('public', 'patients', 'id'), ('public', 'visits', 'patient_id')
  `);
  supabase = createClient(schema.db, undefined, { watchSchema: false });
});

afterAll(() => schema.close());

/** The columns that a read is recorded with; none when it left no record. */
async function recorded(relation: string, select: string): Promise<readonly (string | null)[]> {
  const [last] = await schema.column("select coalesce(max(id), 0) from audit.phi_access_log");
  await supabase.from(relation).select(select).throwOnError();
  return schema.column(`select unnest(columns) from audit.phi_access_log where id > ${last} order by 1`);
}

describe("a read of PHI is recorded", () => {
  test.for([
    ["shown", "*", "public.shown.email"],
    ["lowered", "mail", "public.lowered.mail"],
    ["either", "email", "public.either.email"],
    ["as_json", "document", "public.as_json.document"],
    ["by_cte", "document", "public.by_cte.document"],
    ["outer_view", "start", "public.outer_view.start"],
    ["outer_computed", "start", "public.outer_computed.start"],
    ["old_patients", "email", "public.old_patients.email"],
  ] as const)("through %s", async ([relation, select, column]) => {
    expect(await recorded(relation, select)).toEqual([column]);
  });

  test("through a partition that a key names", async () => {
    expect(await recorded("bills", "id, visits_2026(reason)")).toEqual(["public.visits_2026.reason"]);
  });

  test("with the patient, where the view or child has the column unchanged", async () => {
    await recorded("old_patients", "email");
    await recorded("shown", "email");
    const subjects = await schema.column(
      "select array_to_string(subjects, ',') from audit.phi_access_log order by id desc limit 2",
    );
    expect(subjects).toEqual(["1,2", "2"]);
  });
});

describe("a read of what is not PHI is not", () => {
  test.for([
    ["lowered", "id, clinic"],
    ["harmless", "*"],
    ["clinics", "*"],
  ] as const)("through %s: %s", async ([relation, select]) => {
    expect(await recorded(relation, select)).toEqual([]);
  });
});
