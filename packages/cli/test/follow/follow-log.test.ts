import type { Database } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { FollowedTable, NamedRow } from "../../src/follow/apply/followed-table.ts";
import { preparePosition } from "../../src/follow/apply/position.ts";
import { followLog, type FollowPlan } from "../../src/follow/follow-log.ts";
import { endFollow, prepareFollow } from "../../src/follow/prepare-follow.ts";
import { publish } from "../../src/follow/slot/publication.ts";
import { createSlot, flushedLsn, readSlot } from "../../src/follow/slot/replication-slot.ts";
import { Snapshot } from "../../src/follow/snapshot.ts";
import { followedAsIs, rowsOf, serverPair, type ServerPair } from "./server-pair.ts";

let pair: ServerPair;
let source: Database;
let target: Database;

const SCHEMA = `
  create table patient (id int primary key, name text not null, born date, letter text, vitals jsonb, tags text[]);
  alter table patient alter column letter set storage external;
  create table reading (at timestamptz not null, value double precision, raw json);
  create table visit (id bigint generated always as identity primary key, patient int references patient (id), cost numeric,
    doubled numeric generated always as (cost * 2) stored);
  create table event (id int, year int, note text, primary key (year, id)) partition by list (year);
  create table event_2025 partition of event for values in (2025);
  create table event_2026 partition of event for values in (2026);
  create function refuse() returns trigger language plpgsql as $$ begin raise exception 'a trigger of the target ran'; end $$;
`;
const TABLES = ["patient", "reading", "visit", "event"];

beforeAll(async () => {
  pair = await serverPair(SCHEMA);
  ({ source, target } = pair);
  await target.query({
    text: "create trigger t before insert or update or delete on visit for each row execute function refuse()",
  });
  await preparePosition(target);
  await publish(
    source,
    "offramp",
    TABLES.map((name) => ({ schema: "public", name, wholeRows: name === "reading" })),
  );
});

afterAll(() => pair.stop());

/** Each test follows a slot of its own from where it begins. */
async function planOf(
  slot: string,
  change: (table: FollowedTable) => FollowedTable = (table) => table,
): Promise<FollowPlan> {
  await createSlot(source, slot);
  const tables = await Promise.all(TABLES.map((name) => followedAsIs(target, name)));
  return { slot, publication: "offramp", tables: tables.map(change) };
}

async function catchUp(plan: FollowPlan): Promise<void> {
  await followLog({ source, target }, plan, {
    signal: AbortSignal.timeout(15_000),
    until: await flushedLsn(source),
    pollMs: 10,
  });
}

describe("following the source's log", () => {
  it("applies inserts, updates, deletes and truncations as they were, with every kind of key", async () => {
    const plan = await planOf("kinds");
    const large = "x".repeat(20_000);
    await source.query({
      text: `
        insert into patient values (1, 'Ann', '1980-02-29', '${large}', '{"a": [1, 2.50]}', '{"a,b",null,""}'), (2, 'Bo', null, null, null, null), (3, 'Cy', 'infinity', '', '{}', '{}');
        insert into reading values ('2026-01-01 00:00:00.123456+02', 0.1, '{ "a":  1 }'), ('2026-01-01', 'NaN', null), ('2026-01-01', 'NaN', null), ('2026-01-02', '-0', 'null');
        insert into visit (patient, cost) values (1, 12.50), (2, 'NaN'), (3, null);
        insert into event select id, 2025, 'note ' || id from generate_series(1, 50) id;`,
      script: true,
    });
    await source.query({
      text: `
        update patient set name = 'Anne' where id = 1;
        update patient set id = 20 where id = 2 and not exists (select from visit where patient = 2);
        update reading set value = 1 where ctid = (select ctid from reading where value = 'NaN' limit 1);
        delete from reading where value = 1;
        update visit set cost = cost + 1;
        update event set year = 2026 where id > 40;
        delete from event where id between 10 and 19;`,
      script: true,
    });
    await catchUp(plan);
    for (const table of TABLES) expect(await rowsOf(target, table)).toEqual(await rowsOf(source, table));
    expect(await rowsOf(target, "patient")).toHaveLength(3);
    expect(await rowsOf(target, "reading")).toHaveLength(3);
    expect(await rowsOf(target, "event")).toHaveLength(40);

    await source.query({ text: "truncate event, reading" });
    await catchUp(plan);
    expect(await rowsOf(target, "event")).toEqual([]);
  });

  it("applies each transaction once: what the target has committed is not read again, and what it has not is", async () => {
    const plan = await planOf("once");
    await source.query({ text: "insert into reading select now(), n from generate_series(1, 12000) n" });
    await catchUp(plan);
    // As if the process had been killed between the target's commit and the source's: the slot stands where it stood.
    const before = await readSlot(source, "once");
    await source.query({ text: "insert into reading values (now(), 0.5)" });
    const { source: again } = { source };
    await followLog({ source: withoutAdvancing(again), target }, plan, {
      signal: AbortSignal.timeout(15_000),
      until: await flushedLsn(source),
      pollMs: 10,
    });
    expect((await readSlot(source, "once"))?.confirmed).toBe(before?.confirmed);
    await catchUp(plan);
    expect(await rowsOf(target, "reading")).toEqual(await rowsOf(source, "reading"));
    expect(await rowsOf(target, "reading")).toHaveLength(12_001);
  });

  it("leaves out what a chunk was copied with, and applies the rest of the log to it", async () => {
    const slot = "copied";
    await createSlot(source, slot);
    await source.query({ text: "delete from event" });
    await source.query({ text: "insert into event values (1, 2025, 'copied'), (2, 2025, 'copied')" });
    // The copy: a snapshot, and what it sees.
    const [row] = await source.query({ text: "select pg_current_snapshot()::text as snapshot" });
    const snapshot = Snapshot.parse(String(row?.["snapshot"]));
    await target.query({
      text: "truncate event; insert into event values (1, 2025, 'copied'), (2, 2025, 'copied')",
      script: true,
    });
    await source.query({ text: "insert into event values (3, 2025, 'later')" });
    await source.query({ text: "delete from event where id = 1" });
    const tables = (await Promise.all(TABLES.map((name) => followedAsIs(target, name)))).map(
      (table): FollowedTable => ({
        ...table,
        copied: (id) => (snapshot.sees(id) ? "all" : "none"),
      }),
    );
    await catchUp({ slot, publication: "offramp", tables });
    expect(await rowsOf(target, "event")).toEqual(await rowsOf(source, "event"));
  });

  it("comes to the same end where only some chunks hold a change already", async () => {
    await source.query({ text: "delete from event" });
    await target.query({ text: "delete from event" });
    const plan = await planOf("partly", (table) => ({ ...table, copied: () => "partly" }));
    await source.query({ text: "insert into event values (1, 2025, 'first'), (2, 2025, 'first')" });
    await source.query({ text: "update event set note = 'second' where id = 1" });
    await source.query({ text: "delete from event where id = 2" });
    // One chunk was copied after all of it, the other before.
    await target.query({ text: "insert into event values (1, 2025, 'second')" });
    await catchUp(plan);
    expect(await rowsOf(target, "event")).toEqual(await rowsOf(source, "event"));
  });

  it("sends changes through the configuration: renamed, dropped, mapped and left out", async () => {
    await source.query({ text: "truncate patient cascade" });
    await target.query({ text: "truncate patient cascade" });
    const transform = (row: NamedRow): Promise<NamedRow | undefined> =>
      Promise.resolve(
        row["name"] === "secret"
          ? undefined
          : { id: row["id"] ?? null, name: row["name"]?.toUpperCase() ?? null },
      );
    const plan = await planOf("transformed", (table) =>
      table.name === "patient" ? { ...table, transform } : table,
    );
    await source.query({
      text: "insert into patient (id, name) values (1, 'ann'), (2, 'bo'), (3, 'secret')",
    });
    await source.query({ text: "update patient set name = 'secret' where id = 1" });
    await source.query({ text: "update patient set name = 'cy' where id = 3" });
    await source.query({ text: "update patient set born = '1990-01-01' where id = 2" });
    await catchUp(plan);
    expect(await rowsOf(target, "patient")).toEqual(["(2,BO,,,,)", "(3,CY,,,,)"]);
  });

  it("stops where the target refuses, says the table and no value, and applies nothing of that transaction", async () => {
    await source.query({ text: "truncate event" });
    await target.query({
      text: "truncate event; alter table event add constraint short check (length(note) < 10)",
      script: true,
    });
    const plan = await planOf("refused");
    await source.query({
      text: "insert into event values (1, 2025, 'fine'), (2, 2025, 'a note about Ann Smith')",
    });
    const stopped = catchUp(plan);
    await expect(stopped).rejects.toThrow(
      "public.event: the target refused an insert that the source had made (23514)",
    );
    await expect(stopped).rejects.not.toThrow("Ann");
    expect(await rowsOf(target, "event")).toEqual([]);
    await target.query({ text: "alter table event drop constraint short" });
    await catchUp(plan);
    expect(await rowsOf(target, "event")).toHaveLength(2);
  });

  it("stops where the source has a column that the target does not know", async () => {
    const plan = await planOf("altered");
    await source.query({ text: "alter table event add column extra text" });
    await source.query({ text: "insert into event values (9, 2025, 'n', 'more')" });
    await expect(catchUp(plan)).rejects.toThrow('the column "extra" came to the source after the copy began');
    await source.query({ text: "alter table event drop column extra" });
  });

  it("leaves nothing behind on the source in the end", async () => {
    await source.query({ text: "create table alone (line text)" });
    const tables = [
      { schema: "public", name: "alone", wholeRows: true },
      // Its whole rows are logged for another publication already, which goes on.
      { schema: "public", name: "reading", wholeRows: true },
    ];
    const names = { slot: "ending", publication: "ending" };
    await prepareFollow(source, tables, names);
    await endFollow(source, names);
    expect(await readSlot(source, "ending")).toBeUndefined();
    const [left] = await source.query({
      text: "select count(*) as n from pg_publication where pubname = 'ending'",
    });
    expect(left?.["n"]).toBe("0");
    const identities = await source.query({
      text: "select relname, relreplident from pg_class where relname in ('alone', 'reading') order by 1",
    });
    expect(identities.map(({ relreplident }) => relreplident)).toEqual(["d", "f"]);
  });

  it("says that there is no slot", async () => {
    await expect(catchUp({ slot: "nowhere", publication: "offramp", tables: [] })).rejects.toThrow(
      "offramp copy --follow",
    );
  });
});

/** A source whose slot never moves. */
function withoutAdvancing(db: Database): Database {
  return new Proxy(db, {
    get(of, name) {
      if (name === "query")
        return (statement: Parameters<Database["query"]>[0]) =>
          statement.text.includes("pg_replication_slot_advance") ? Promise.resolve([]) : of.query(statement);
      const value: unknown = Reflect.get(of, name);
      return typeof value === "function" ? (value.bind(of) as unknown) : value;
    },
  });
}
