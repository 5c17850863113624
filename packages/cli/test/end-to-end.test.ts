import { connect, type Database, ServerError } from "@offramp/db";
import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";
import { olderPrograms, supabaseSource, type SupabaseSource } from "@offramp/tests-migration";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { offramp, type OfframpRun } from "./offramp.ts";

let project: SupabaseSource;
let cluster: ThrowawayCluster;
let places: readonly string[];
let source: Database;
let target: Database;

beforeAll(async () => {
  const programs = olderPrograms();
  [project, cluster] = await Promise.all([
    supabaseSource({ scale: 100, ...(programs === undefined ? {} : { programs }) }),
    throwawayCluster({ settings: { wal_level: "logical" } }),
  ]);
  places = ["--source", project.url, "--target", cluster.primary.url];
  source = connect({ url: project.url, max: 2 });
  target = connect({ url: cluster.primary.url, max: 2 });
});

afterAll(async () => {
  await Promise.all([source.close(), target.close()]);
  await Promise.all([project.stop(), cluster.stop()]);
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

    // The application works on the target; its new rows get new numbers.
    await target.query({ text: "insert into public.messages (body) values ('on the new side')" });
    await target.query({ text: "update public.profiles set phone = null where mrn = 'MRN1'" });
    await run("rollback");
    expect(await digest(source)).toEqual(await digest(target));
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
