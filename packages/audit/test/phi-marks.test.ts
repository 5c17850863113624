import { clinicMigrations, dataSubject, migrate, type MigrationReport, phi } from "@offramp/db";
import * as clinic from "@offramp/db/schema";
import { integer, pgSchema, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { auditMigrations, phiMarksMigration } from "../src/index.ts";
import { type TrailDatabase, trailDatabase } from "./trail-database.ts";

let trail: TrailDatabase;

beforeAll(async () => {
  trail = await trailDatabase();
  await trail.admin.query({
    text: `create table visit (id int, patient_id uuid, doctor_id uuid, pulse int, note text);
      create schema "lab's \\ own";
      create table "lab's \\ own"."blood ""panel""" (id int, patient uuid, "it's; --" text);
      create table untouched (id int)`,
    script: true,
  });
});

afterAll(() => trail.close());

beforeEach(async () => {
  await trail.admin.query({
    text: "truncate audit.phi_column, audit.phi_subject; delete from offramp.migration where source = 'audit-marks'",
    script: true,
  });
});

async function columns(): Promise<unknown> {
  const rows = await trail.admin.query({
    text: "select table_schema as s, table_name as t, column_name as c, kind as k from audit.phi_column order by 1, 2, 3",
  });
  return rows.map(({ s, t, c, k }) => [s, t, c, k]);
}

async function subjects(): Promise<unknown> {
  const rows = await trail.admin.query({
    text: "select table_schema as s, table_name as t, column_name as c from audit.phi_subject order by 1, 2",
  });
  return rows.map(({ s, t, c }) => [s, t, c]);
}

function apply(schema: object): Promise<MigrationReport> {
  return migrate(trail.admin, [phiMarksMigration(schema)]);
}

const visit = pgTable("visit", {
  id: integer("id"),
  patientId: dataSubject(uuid("patient_id")),
  pulse: phi(integer("pulse"), "health"),
  note: phi(text("note"), "health"),
});

const panel = pgSchema("lab's \\ own").table('blood "panel"', {
  patient: dataSubject(uuid("patient")),
  odd: phi(text("it's; --"), "identifier"),
});

describe("phiMarksMigration", () => {
  it("fills the inventories from the marks, whatever the names are", async () => {
    await apply({ visit, panel, notATable: 7 });
    expect(await columns()).toEqual([
      ["lab's \\ own", 'blood "panel"', "it's; --", "identifier"],
      ["public", "visit", "note", "health"],
      ["public", "visit", "pulse", "health"],
    ]);
    expect(await subjects()).toEqual([
      ["lab's \\ own", 'blood "panel"', "patient"],
      ["public", "visit", "patient_id"],
    ]);
  });

  it("follows a mark that changes, one that is removed, and one that is added", async () => {
    await apply({ visit, panel });
    const changed = pgTable("visit", {
      id: phi(integer("id"), "identifier"),
      doctorId: dataSubject(uuid("doctor_id")),
      pulse: phi(integer("pulse"), "demographic"),
      note: text("note"),
    });
    const report = await apply({ visit: changed, panel });
    expect(report.applied.map(({ id }) => id)).toEqual(["marks"]);
    expect(await columns()).toEqual([
      ["lab's \\ own", 'blood "panel"', "it's; --", "identifier"],
      ["public", "visit", "id", "identifier"],
      ["public", "visit", "pulse", "demographic"],
    ]);
    expect(await subjects()).toEqual([
      ["lab's \\ own", 'blood "panel"', "patient"],
      ["public", "visit", "doctor_id"],
    ]);
  });

  it("removes the last mark of a table", async () => {
    await apply({ visit, panel });
    await apply({ visit: pgTable("visit", { id: integer("id") }), panel });
    expect(await columns()).toEqual([["lab's \\ own", 'blood "panel"', "it's; --", "identifier"]]);
    expect(await subjects()).toEqual([["lab's \\ own", 'blood "panel"', "patient"]]);
  });

  it("keeps the marks of tables that the module does not have", async () => {
    await apply({ visit });
    await apply({ panel });
    expect(await columns()).toHaveLength(3);
    expect(await subjects()).toHaveLength(2);
  });

  it("has nothing to do while the marks stay the same, in whatever order they are written", async () => {
    await apply({ visit, panel });
    const reordered = pgTable("visit", {
      note: phi(text("note"), "health"),
      pulse: phi(integer("pulse"), "health"),
      patientId: dataSubject(uuid("patient_id")),
      id: integer("id"),
    });
    expect(await apply({ panel, reordered })).toMatchObject({ applied: [], alreadyApplied: 1 });
  });

  it("tells running applications to reload", async () => {
    const heard: string[] = [];
    const listener = await trail.admin.listen("pgrst", (payload) => heard.push(payload));
    await apply({ visit });
    await vi.waitFor(() => expect(heard).toEqual(["reload schema"]));
    await listener.unlisten();
  });

  it("refuses a mark on a column that the database does not have, and changes nothing", async () => {
    await apply({ visit });
    const renamed = pgTable("visit", {
      patientId: dataSubject(uuid("patient")),
      pulse: phi(integer("heart_rate"), "health"),
      note: phi(text("note"), "identifier"),
    });
    await expect(apply({ renamed })).rejects.toThrow(
      /columns that the database does not have: public\.visit\.heart_rate, public\.visit\.patient /,
    );
    await expect(apply({ renamed })).rejects.toMatchObject({ code: "42703" });
    expect(await columns()).toEqual([
      ["public", "visit", "note", "health"],
      ["public", "visit", "pulse", "health"],
    ]);
  });

  it("refuses two data subjects in one table", () => {
    const both = pgTable("visit", {
      patientId: dataSubject(uuid("patient_id")),
      doctorId: dataSubject(uuid("doctor_id")),
    });
    expect(() => phiMarksMigration({ both })).toThrow(/public\.visit marks both patient_id and doctor_id/);
  });

  it("follows a foreign key to the patient, as far as it takes", async () => {
    await trail.admin.query({
      text: `create table patient (id uuid primary key);
        create table encounter (no int primary key, patient_id uuid references patient (id));
        create table finding (id int, encounter int references encounter (no), detail text)`,
      script: true,
    });
    const patient = pgTable("patient", { id: dataSubject(uuid("id")) });
    const encounter = pgTable("encounter", { patientId: dataSubject(uuid("patient_id"), { follow: true }) });
    const finding = pgTable("finding", {
      encounter: dataSubject(integer("encounter"), { follow: true }),
      detail: phi(text("detail"), "health"),
    });
    await apply({ patient, encounter, finding });
    const rows = await trail.admin.query({
      text: "select concat_ws(' ', table_name, column_name, followed_schema, followed_table, followed_key) as way from audit.phi_subject order by 1",
    });
    expect(rows.map(({ way }) => way)).toEqual([
      "encounter patient_id public patient id",
      "finding encounter public encounter no",
      "patient id",
    ]);
    // A way that ends at no patient would record none.
    const lost = pgTable("encounter", { no: integer("no") });
    await expect(apply({ patient, lost, finding })).rejects.toThrow(
      /lead to no patient: public\.finding\.encounter/,
    );
    const loose = pgTable("finding", { detail: dataSubject(text("detail"), { follow: true }) });
    await expect(apply({ patient, encounter, loose })).rejects.toThrow(
      /no foreign key: public\.finding\.detail/,
    );
  });

  it("declares functions, and takes back what a source no longer declares", async () => {
    await trail.admin.query({
      text: `create function summary(patient uuid) returns text language sql as $$ select '' $$;
        create function directory() returns setof visit language sql as $$ select * from visit $$`,
      script: true,
    });
    const declared = async (): Promise<unknown> =>
      (
        await trail.admin.query({
          text: "select concat_ws(' ', function_name, relations, columns, subject_argument) as what from audit.phi_function order by 1",
        })
      ).map(({ what }) => what);
    const summary = {
      name: "summary",
      relations: ["public.visit"],
      columns: ["public.visit.pulse", "public.visit.note"],
      subjectArgument: "patient",
    };
    await migrate(trail.admin, [
      phiMarksMigration({ visit }, { functions: [summary, { name: "directory", relations: [] }] }),
    ]);
    expect(await declared()).toEqual([
      "directory {} {}",
      "summary {public.visit} {public.visit.note,public.visit.pulse} patient",
    ]);
    await migrate(trail.admin, [phiMarksMigration({ visit }, { functions: [summary] })]);
    expect(await declared()).toHaveLength(1);
    await expect(
      migrate(trail.admin, [
        phiMarksMigration({ visit }, { functions: [{ ...summary, subjectArgument: "person" }] }),
      ]),
    ).rejects.toThrow(/not with this argument: public\.summary\(person\)/);
    await migrate(trail.admin, [phiMarksMigration({ visit }, { functions: [] })]);
    expect(await declared()).toEqual([]);
  });

  it("refuses a data subject that is PHI itself", () => {
    const named = pgTable("visit", { patientId: dataSubject(phi(uuid("patient_id"), "identifier")) });
    expect(() => phiMarksMigration({ named })).toThrow(/visit\.patient_id is marked with both/);
  });

  it("refuses a module without tables", () => {
    expect(() => phiMarksMigration({})).toThrow(/holds no Drizzle table/);
  });

  it("is run by a role that is no superuser", async () => {
    const { db, role } = await trail.login({ attributes: "createrole" });
    const [version] = await trail.admin.query({
      text: "select current_setting('server_version_num')::int >= 160000 as modern",
    });
    const options = version?.["modern"] === "t" ? "with admin true, inherit false, set false" : "";
    await trail.admin.query({
      text: `grant offramp_audit_owner, offramp_audit_writer to ${role} ${options};
        grant usage on schema offramp to ${role}; grant all on offramp.migration to ${role}`,
      script: true,
    });
    await migrate(db, [phiMarksMigration({ visit })]);
    expect(await columns()).toHaveLength(2);
  });

  it("marks the clinic's tables as its documentation says", async () => {
    await migrate(trail.admin, [clinicMigrations, auditMigrations(), phiMarksMigration(clinic)]);
    expect(await columns()).toEqual([
      ["public", "metabolic_tests", "heart_rate_zones", "health"],
      ["public", "metabolic_tests", "rer", "health"],
      ["public", "metabolic_tests", "rmr", "health"],
      ["public", "metabolic_tests", "vo2_max", "health"],
      ["public", "profiles", "date_of_birth", "demographic"],
      ["public", "profiles", "email", "identifier"],
      ["public", "profiles", "full_name", "identifier"],
      ["public", "reports", "biological_age", "health"],
      ["public", "reports", "html_content", "health"],
    ]);
    expect(await subjects()).toEqual([
      ["public", "metabolic_tests", "user_id"],
      ["public", "profiles", "id"],
      ["public", "reports", "user_id"],
      ["public", "subscriptions", "user_id"],
    ]);
  });
});
