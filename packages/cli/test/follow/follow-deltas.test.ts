import { connect, type Database } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { FollowedTable } from "../../src/follow/apply/followed-table.ts";
import { prepareDeltas } from "../../src/follow/deltas/delta-state.ts";
import { followDelta, planDeltas } from "../../src/follow/deltas/follow-deltas.ts";
import { followedAsIs, rowsOf, serverPair, type ServerPair } from "./server-pair.ts";

let pair: ServerPair;
let source: Database;
let target: Database;
let note: FollowedTable;

const SCHEMA = `
  create table note (id int primary key, body text, updated_at timestamptz not null default now());
  create table log (line text, updated_at timestamptz);
  create table plain (id int primary key);
`;

beforeAll(async () => {
  pair = await serverPair(SCHEMA);
  ({ source, target } = pair);
  await prepareDeltas(target);
  note = await followedAsIs(target, "note");
});

afterAll(() => pair.stop());

const round = (): Promise<{ readonly rows: number }> =>
  followDelta({ source, target }, note, { column: "updated_at", since: "-infinity" });

describe("following by the moment of a row's last change", () => {
  it("takes what is new and what was changed, again and again", async () => {
    await source.query({ text: "insert into note select n, 'first' from generate_series(1, 2500) n" });
    expect((await round()).rows).toBe(2_500);
    await source.query({ text: "update note set body = 'second', updated_at = now() where id <= 10" });
    expect((await round()).rows).toBeLessThanOrEqual(2_500);
    expect(await rowsOf(target, "note")).toEqual(await rowsOf(source, "note"));
    expect((await round()).rows).toBeLessThanOrEqual(10);
  });

  it("does not lose the rows of a transaction that was still running", async () => {
    // It dates its row now, and shows it later than rows with a later date.
    const slow = await connect({ url: pair.urlOf("source"), max: 1 }).reserve();
    await slow.query({ text: "begin" });
    await slow.query({ text: "insert into note values (5000, 'slow')" });
    await source.query({ text: "insert into note values (5001, 'quick')" });
    await round();
    await slow.query({ text: "commit" });
    await slow.release();
    await round();
    expect(await rowsOf(target, "note")).toEqual(await rowsOf(source, "note"));
  });

  it("says which tables it cannot follow, and misses a delete", async () => {
    const tables = await Promise.all(["note", "log", "plain"].map((name) => followedAsIs(target, name)));
    const plan = planDeltas(tables, "updated_at");
    expect(plan.tables.map(({ name }) => name)).toEqual(["note"]);
    expect(plan.left).toEqual([
      { schema: "public", name: "log", reason: "it has no key" },
      { schema: "public", name: "plain", reason: 'it has no column "updated_at"' },
    ]);
    await source.query({ text: "delete from note where id = 1" });
    await round();
    expect(await rowsOf(target, "note")).toHaveLength((await rowsOf(source, "note")).length + 1);
  });
});
