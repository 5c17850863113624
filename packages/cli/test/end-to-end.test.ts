import { connect, type Database, ServerError } from "@offramp/db";
import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";
import {
  installPortal,
  olderPrograms,
  type PortalApplication,
  supabaseSource,
  type SupabaseSource,
} from "@offramp/tests-migration";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { offramp, type OfframpRun } from "./offramp.ts";

let project: SupabaseSource;
let cluster: ThrowawayCluster;
let places: readonly string[];
let source: Database;
let target: Database;
let portal: PortalApplication;

beforeAll(async () => {
  const programs = olderPrograms();
  [project, cluster, portal] = await Promise.all([
    supabaseSource({ scale: 100, ...(programs === undefined ? {} : { programs }) }),
    throwawayCluster({ settings: { wal_level: "logical" } }),
    installPortal(),
  ]);
  places = ["--source", project.url, "--target", cluster.primary.url];
  source = connect({ url: project.url, max: 2 });
  target = connect({ url: cluster.primary.url, max: 2 });
});

afterAll(async () => {
  await Promise.all([source.close(), target.close()]);
  await Promise.all([project.stop(), cluster.stop(), portal.remove()]);
});

async function run(...words: readonly string[]): Promise<OfframpRun> {
  const ended = await offramp([...words, ...places, "--yes"]);
  expect(ended.code, `offramp ${words.join(" ")}: ${ended.stderr}`).toBe(0);
  return ended;
}

const TABLES = [
  "public.profiles",
  "public.metabolic_tests",
  "public.reports",
  "public.subscriptions",
  "public.medications",
  "public.readings",
  "public.audit_log",
  'public."Intake Forms"',
  "public.messages",
  "public.secrets_of_staff",
  "public.invoices",
];

async function digest(db: Database): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const table of TABLES) {
    const [row] = await db.query({
      text: `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as digest from ${table} t`,
    });
    found[table] = row?.["digest"] ?? "";
  }
  return found;
}

/** Writes as an application does, until it is refused; what was answered must be on the target in the end. */
async function writeUntilRefused(written: string[]): Promise<void> {
  const app = connect({ url: project.url, applicationName: "clinic", max: 2, retryWithinMs: 1 });
  for (let n = 0; ; n += 1) {
    try {
      await app.query({
        text: `with message as (insert into public.messages (sender, body) select id, $1 from public.profiles limit 1 returning id)
          update public.profiles set preferred_units = 'imperial' where mrn = 'MRN' || (1 + $2::int % 100)`,
        values: [`written ${n}`, String(n)],
      });
      if (n % 5 === 0)
        await app.query({
          text: "delete from public.audit_log where ctid = (select ctid from public.audit_log limit 1)",
        });
      written.push(`written ${n}`);
    } catch (error) {
      if (error instanceof ServerError) break;
      // Its connection was ended: the next attempt tells whether the source is closed.
    }
  }
  await app.close();
}

/** The patient whose page is asked for. */
const PATIENT = "mrn = 'MRN6'";

/** What the application must answer, read from the source by SQL before the switch. */
async function expectedAnswers(): Promise<{ readonly patient: string; readonly answers: unknown }> {
  const [row] = await source.query({
    text: `with patient as (select id from profiles where ${PATIENT}),
      fit as (select t.id, t.rmr, t.vo2_max, t.tags, json_build_object('mrn', p.mrn, 'clinic', json_build_object('name', c.name)) as patient
        from metabolic_tests t join profiles p on p.id = t.user_id join clinics c on c.id = p.clinic_id
        where t.vo2_band = 'low' and t.tags @> array['a,b'] order by t.rmr desc, t.id limit 3),
      found as (select r.id, r.report_type, json_build_object('rmr', t.rmr) as test from reports r join metabolic_tests t on t.id = r.test_id
        where r.search @@ to_tsquery('metabolic & oxygen') order by r.id limit 2)
      select (select id from patient) as patient, json_build_object(
        'figures', json_build_object(
          'patients', (select count(*) from profiles),
          'fit', (select json_agg(fit) from fit),
          'tests', (select tests from patient_overview order by id limit 1),
          'forms', (select json_agg(f) from (select * from "Intake Forms" order by "Form Id" limit 2) f)),
        'chart', json_build_object(
          'tests', (select count(*) from metabolic_tests where user_id = (select id from patient) and test_date >= '2026-01-01'),
          'found', (select count(*) from reports where search @@ to_tsquery('metabolic & oxygen')),
          'reports', (select json_agg(found) from found)),
        'publicPage', json_build_object('profiles', 0, 'log', '42501', 'sent', '42501'),
        'written', json_build_object(
          'sent', json_build_object('body', 'written by the portal', 'read', false),
          'plan', json_build_array(json_build_object('tier', 'pro', 'reports_remaining', 12)),
          'medication', json_build_array(json_build_object('name', 'Metformin', 'started', '2026-11-01')))) as answers`,
  });
  return { patient: row?.["patient"] ?? "", answers: JSON.parse(row?.["answers"] ?? "") as unknown };
}

/** The application is scanned, its import swapped, compiled, and run on the target: nothing else of it changes. */
async function takePortalAcross(): Promise<void> {
  const { patient, answers } = await expectedAnswers();
  const written = await portal.text();
  const ofSource = await offramp(["types", "--target", project.url, "--out", portal.types]);
  expect(ofSource.code, ofSource.stderr).toBe(0);
  expect(await portal.compile()).toEqual([]);

  const scan = await offramp(["scan", "--json", portal.folder]);
  const { counts, uses } = JSON.parse(scan.stdout) as {
    readonly counts: Readonly<Record<string, number>>;
    readonly uses: readonly { readonly verdict: string }[];
  };
  expect(scan.code, scan.stdout).toBe(0);
  expect(counts).toMatchObject({ dynamic: 0, notServed: 0, unread: 0 });
  expect(uses.length).toBeGreaterThan(12);

  const codemod = await offramp(["codemod", "--force", portal.folder]);
  expect(codemod.code, codemod.stderr).toBe(0);
  expect(await portal.text()).toBe(written.replace("@supabase/supabase-js", "@offramp/supabase-shim"));
  // The target's types are those that the source had.
  const types = await offramp(["types", "--target", cluster.primary.url, "--check", portal.types]);
  expect(types.code, types.stdout).toBe(0);
  expect(await portal.compile()).toEqual([]);
  expect(await portal.answers(cluster.primary.url, patient)).toEqual(answers);
}

describe("from Supabase to a PostgreSQL of one's own", () => {
  it("goes from doctor to the switch with a writing application, and back again", async () => {
    // The target is bare: doctor says what is missing, and with which command it comes.
    const before = await offramp(["doctor", ...places]);
    expect(before.code).toBe(1);
    await run("schema", "--apply");
    await run("copy", "--follow");
    expect(await digest(target)).toEqual(await digest(source));

    const written: string[] = [];
    const load = writeUntilRefused(written);
    await run("follow", "--until-caught-up");
    const { stdout } = await run("cutover", "--reverse", "--json");
    await load;
    const result = JSON.parse(stdout) as {
      readonly differences: number;
      readonly pauseMs: number;
      readonly switch: readonly string[];
    };
    expect(result.differences).toBe(0);
    expect(result.switch.join("\n")).toContain("DATABASE_URL=postgres://postgres:PASSWORD@");
    expect(await digest(target)).toEqual(await digest(source));
    const bodies = await target.query({ text: "select body from public.messages" });
    expect(bodies.map(({ body }) => body)).toEqual(expect.arrayContaining(written));
    expect(written.length).toBeGreaterThan(0);

    await takePortalAcross();
    // New rows get new numbers.
    await target.query({ text: "insert into public.messages (body) values ('on the new side')" });
    await target.query({ text: "update public.profiles set phone = null where mrn = 'MRN1'" });
    await run("rollback");
    expect(await digest(source)).toEqual(await digest(target));
    const [back] = await source.query({
      text: "select count(*) as n from public.messages where body = 'written by the portal'",
    });
    expect(back?.["n"]).toBe("1");
    await source.query({ text: "insert into public.messages (body) values ('back on the old side')" });
  }, 240_000);

  it("says that there is nothing to go back from, and leaves nothing on the source in the end", async () => {
    expect((await run("rollback")).stdout).toContain("There is no cut-over to go back from");
    await run("follow", "--end");
    const [left] = await source.query({
      text: "select (select count(*) from pg_replication_slots where slot_name = 'offramp') + (select count(*) from pg_publication where pubname = 'offramp') as n",
    });
    expect(left?.["n"]).toBe("0");
  });
});
