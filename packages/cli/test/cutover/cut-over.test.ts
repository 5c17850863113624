import { connect, type Database, ServerError } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cutOver, type CutoverPlan, type CutoverStep } from "../../src/cutover/cut-over.ts";
import { readCutover } from "../../src/cutover/cutover-state.ts";
import { rollBack } from "../../src/cutover/roll-back.ts";
import { sessionsToEnd, stopWrites, type WriteStop } from "../../src/cutover/write-stop.ts";
import { preparePosition } from "../../src/follow/apply/position.ts";
import { followLog, type FollowPlan } from "../../src/follow/follow-log.ts";
import { tryFollowLock } from "../../src/follow/follow-lock.ts";
import { prepareFollow } from "../../src/follow/prepare-follow.ts";
import { followedAsIs, rowsOf, serverPair, type ServerPair } from "../follow/server-pair.ts";

let pair: ServerPair;
let source: Database;
let target: Database;

const SCHEMA = "create table booking (id int generated always as identity primary key, note text)";
const ROLES: WriteStop = { kind: "roles", roles: ["clinic_app"] };

beforeAll(async () => {
  pair = await serverPair(SCHEMA);
  ({ source, target } = pair);
  await preparePosition(target);
  await preparePosition(source);
  await source.query({
    text: "create role clinic_app login password 'app'; grant all on all tables in schema public to clinic_app",
    script: true,
  });
  await target.query({ text: "grant all on all tables in schema public to clinic_app" });
});

afterAll(() => pair.stop());

function asApplication(database: "source" | "target"): Database {
  const url = new URL(pair.urlOf(database));
  url.username = "clinic_app";
  url.password = "app";
  return connect({ url: url.href, applicationName: "clinic", max: 2, retryWithinMs: 1 });
}

async function follow(from: Database, to: Database, slot: string): Promise<FollowPlan> {
  const names = { slot, publication: slot };
  await prepareFollow(from, [{ schema: "public", name: "booking", wholeRows: false }], names);
  return { ...names, tables: [await followedAsIs(to, "booking")] };
}

const sequence = "select setval('booking_id_seq', $1)";
const lastId = async (db: Database): Promise<string> =>
  (await db.query({ text: "select last_value from booking_id_seq" }))[0]?.["last_value"] ?? "";
const setSequences = async (): Promise<readonly string[]> => {
  await target.query({ text: sequence, values: [await lastId(source)] });
  return [];
};
const setBack = async (): Promise<void> =>
  void (await source.query({ text: sequence, values: [await lastId(target)] }));

const quiet = {
  signal: AbortSignal.timeout(60_000),
  before: () => Promise.resolve(),
  after: () => undefined,
};
const verify = async (): Promise<number> =>
  (await rowsOf(source, "booking")).join() === (await rowsOf(target, "booking")).join() ? 0 : 1;

describe("cutting over under load", () => {
  it("stops writes, loses none that was answered, sets sequences, and comes back with what was written meanwhile", async () => {
    const plan: CutoverPlan = {
      follow: await follow(source, target, "forward"),
      stop: ROLES,
      setSequences,
      verify,
      prepareReverse: async () => (await follow(target, source, "reverse")).slot,
    };
    const app = asApplication("source");
    const written: string[] = [];
    let refused: unknown;
    const load = (async () => {
      for (let n = 0; refused === undefined; n += 1) {
        try {
          await app.query({ text: "insert into booking (note) values ($1)", values: [String(n)] });
          written.push(String(n));
        } catch (error) {
          // The connection that was ended may or may not have written: the next attempt tells that the source is closed.
          if (error instanceof ServerError) refused = error;
        }
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await sessionsToEnd(source, ROLES)).toContainEqual({ role: "clinic_app", application: "clinic" });
    const steps: CutoverStep[] = [];
    const result = await cutOver({ source, target }, plan, {
      ...quiet,
      before: (step) => Promise.resolve(void steps.push(step)),
    });
    await load;
    await app.close();

    // 25006: read_only_sql_transaction.
    expect(refused).toMatchObject({ code: "25006" });
    expect(steps).toEqual(["stop", "drain", "verify", "sequences", "reverse"]);
    expect(result).toMatchObject({ differences: 0, missingSequences: [] });
    expect(result.endedSessions).toBeGreaterThan(0);
    expect(result.pauseMs).toBeLessThan(5_000);
    expect(await readCutover(target)).toMatchObject({
      phase: "switched",
      reverseSlot: "reverse",
      stop: ROLES,
    });
    const notes = await target.query({ text: "select note from booking" });
    expect(notes.map(({ note }) => note)).toEqual(expect.arrayContaining(written));
    expect(written.length).toBeGreaterThan(0);

    // The application goes on at the new place: its identities begin behind those that were copied.
    const moved = asApplication("target");
    await moved.query({ text: "insert into booking (note) values ('new side')" });
    await moved.query({ text: "delete from booking where note = '0'" });
    await moved.close();

    const state = await readCutover(target);
    if (state === undefined) throw new Error("the cut-over was not remembered");
    const reverse: FollowPlan = {
      slot: "reverse",
      publication: "reverse",
      tables: [await followedAsIs(source, "booking")],
    };
    expect(await rollBack({ source, target }, { state, reverse, setSequences: setBack }, quiet)).toEqual({
      changes: 2,
      writesLeftBehind: false,
    });
    expect(await rowsOf(source, "booking")).toEqual(await rowsOf(target, "booking"));
    const back = asApplication("source");
    await back.query({ text: "update booking set note = 'open again' where note = 'new side'" });
    await back.close();
    expect((await readCutover(target))?.phase).toBe("rolled-back");
  }, 40_000);

  it("stops at a difference, keeps the source closed, and rollback opens it", async () => {
    const plan: CutoverPlan = {
      follow: await follow(source, target, "differing"),
      stop: ROLES,
      setSequences,
      verify: () => Promise.resolve(2),
    };
    expect(await cutOver({ source, target }, plan, quiet)).toMatchObject({ differences: 2 });
    const state = await readCutover(target);
    expect(state).toMatchObject({ phase: "stopped" });
    const app = asApplication("source");
    await expect(app.query({ text: "insert into booking (note) values ('closed')" })).rejects.toMatchObject({
      code: "25006",
    });
    if (state === undefined) throw new Error("the cut-over was not remembered");
    expect(await rollBack({ source, target }, { state }, quiet)).toEqual({
      changes: 0,
      writesLeftBehind: false,
    });
    await app.close();
    const again = asApplication("source");
    await again.query({ text: "insert into booking (note) values ('open')" });
    await again.close();
  });

  it("waits for the follower that runs elsewhere", async () => {
    const plan: CutoverPlan = {
      follow: await follow(source, target, "elsewhere"),
      stop: ROLES,
      setSequences,
      verify,
    };
    await target.query({ text: "truncate booking" });
    await source.query({ text: "truncate booking" });
    const lock = await tryFollowLock(target, "elsewhere");
    expect(await tryFollowLock(target, "elsewhere")).toBeUndefined();
    const end = new AbortController();
    const follower = followLog({ source, target }, plan.follow, { signal: end.signal, pollMs: 10 });
    await source.query({ text: "insert into booking (note) values ('last')" });
    expect(await cutOver({ source, target }, plan, quiet)).toMatchObject({ differences: 0 });
    end.abort();
    await follower;
    await lock?.release();
    expect(await rowsOf(target, "booking")).toHaveLength(1);
  });

  it("makes the whole database read-only, but not for the one that closed it", async () => {
    await stopWrites(source, { kind: "database" });
    const app = asApplication("source");
    await expect(app.query({ text: "delete from booking" })).rejects.toMatchObject({ code: "25006" });
    await app.close();
    await source.query({ text: "insert into booking (note) values ('ours')" });
  });
});
