import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "@offramp/db";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileAnchor, openTrail } from "../../src/index.ts";
import { verifyProof } from "../../src/proof-entry.ts";
import { anAccess, append } from "../append.ts";
import { newKey } from "./new-key.ts";
import { type TrailDatabase, trailDatabase } from "../trail-database.ts";

const key = newKey("seal-1");
let trail: TrailDatabase;
let sealer: Database;
let app: Database;
let folder: string;

beforeEach(async () => {
  trail = await trailDatabase();
  const login = await trail.login({});
  await trail.admin.query({ text: `grant offramp_audit_sealer to ${login.role}` });
  sealer = login.db;
  app = (await trail.login({ writer: true })).db;
  folder = await mkdtemp(join(tmpdir(), "offramp-seal-"));
});
afterEach(async () => {
  await trail.close();
  await rm(folder, { recursive: true });
});

const anchor = (): ReturnType<typeof fileAnchor> => fileAnchor(join(folder, "seals.ndjson"));

async function records(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await append(app, { call: anAccess }));
  return ids;
}

describe("sealing", () => {
  it("seals what is there, once, and finds nothing to say against it", async () => {
    const kept = openTrail(sealer, { key, anchors: [anchor()] });
    await records(10);
    expect(await kept.seal()).toMatchObject({
      records: 10,
      seals: [{ number: 0, records: 10, previous: null }],
    });
    expect(await kept.seal()).toMatchObject({ records: 0, seals: [] });
    await records(3);
    expect(await kept.seal()).toMatchObject({ records: 3, seals: [{ number: 1 }] });
    expect(await kept.verify()).toMatchObject({ intact: true, seals: 2, records: 13, findings: [] });
  });

  it("divides many records into blocks, but no transaction", async () => {
    const kept = openTrail(sealer, { key });
    await records(5);
    await app.transaction(async (transaction) => {
      for (let index = 0; index < 4; index += 1) await append(transaction, { call: anAccess });
    });
    const { seals } = await kept.seal({ blockRecords: 2 });
    expect(seals.map((seal) => seal.records)).toEqual([2, 2, 1, 4]);
    expect(await kept.verify()).toMatchObject({ intact: true, records: 9 });
  });

  it("divides by the numbers of transactions, also where they gain a digit", async () => {
    await trail.admin.query({
      text: `insert into audit.phi_access_log (recorded_at, transaction_id, action, relations, columns)
        select '2019-01-01', number::text::xid8, 'READ', '{}', '{}' from generate_series(95, 104) as number`,
    });
    const { seals } = await openTrail(sealer, { key }).seal({ blockRecords: 4 });
    expect(seals.map((sealed) => [sealed.records, sealed.toTransaction])).toEqual([
      [4, "99"],
      [4, "103"],
      [2, expect.any(String)],
    ]);
  });

  it("leaves the records of a running transaction for a later block, and waits for nobody", async () => {
    const kept = openTrail(sealer, { key });
    await records(2);
    let late = "";
    await app.transaction(async (transaction) => {
      late = await append(transaction, { call: anAccess });
      await records(2);
      // The oldest running transaction is the horizon: what began after it waits too.
      expect((await kept.seal()).records).toBe(2);
      expect(await kept.verify()).toMatchObject({
        intact: true,
        records: 2,
        findings: [{ kind: "unsealed" }],
      });
    });
    const { seals } = await kept.seal();
    expect(seals).toMatchObject([{ records: 3, firstId: late }]);
    expect(await kept.verify()).toMatchObject({ intact: true, records: 5, findings: [] });
  });

  it("holds for 32 writers while it goes on, from two processes at once", async () => {
    const pools = await Promise.all(
      Array.from({ length: 8 }, async () => (await trail.login({ writer: true })).db),
    );
    const state = { writing: true };
    const writers = Array.from({ length: 32 }, async (_, index) => {
      for (let turn = 0; turn < 20; turn += 1) {
        const pool = pools[index % pools.length] ?? app;
        await pool
          .transaction(async (transaction) => {
            await append(transaction, { call: { ...anAccess, actor_id: `u-${index}` } });
            if (turn % 7 === 0) await transaction.query({ text: "select pg_sleep(0.01)" });
            if (turn % 5 === 0) throw new Error("rolled back");
          })
          .catch(() => undefined);
      }
    });
    const sealing = async (): Promise<void> => {
      const kept = openTrail(sealer, { key, anchors: [anchor()] });
      while (state.writing) await kept.seal({ blockRecords: 50 });
    };
    const sealers = [sealing(), sealing()];
    await Promise.all(writers);
    state.writing = false;
    await Promise.all(sealers);
    const kept = openTrail(sealer, { key, anchors: [anchor()] });
    await kept.seal();
    expect(await kept.verify()).toMatchObject({ intact: true, records: 32 * 16, findings: [] });
  });

  it("brings an anchor up to date that a killed process left behind", async () => {
    await records(2);
    await openTrail(sealer, { key }).seal();
    await writeFile(join(folder, "seals.ndjson"), '{"number":0,"te');
    const kept = openTrail(sealer, { key, anchors: [anchor()] });
    expect((await kept.verify()).findings).toMatchObject([{ kind: "not-anchored", severity: "information" }]);
    await kept.seal();
    expect(await kept.verify()).toMatchObject({ intact: true, findings: [] });
  });

  it("hands over to another key by a seal that introduces it", async () => {
    const next = newKey("seal-2");
    await records(1);
    await openTrail(sealer, { key }).seal({ nextKey: next });
    await records(1);
    await openTrail(sealer, { key: next }).seal();
    expect(await openTrail(sealer, { trusted: [key] }).verify()).toMatchObject({ intact: true, seals: 2 });
    expect((await openTrail(sealer, { trusted: [newKey("seal-1")] }).verify()).findings).toMatchObject([
      { kind: "forged-seal", seal: 0 },
      { kind: "wrong-key", seal: 1 },
    ]);
  });

  it("needs a key, and a role that may seal", async () => {
    await expect(openTrail(sealer).seal()).rejects.toThrow("open the trail with the key");
    await records(1);
    await expect(openTrail(app, { key }).seal()).rejects.toThrow("permission denied");
    await expect(sealer.query({ text: "delete from audit.seal" })).rejects.toThrow("permission denied");
    await openTrail(sealer, { key }).seal();
    await expect(trail.admin.query({ text: "update audit.seal set number = 9" })).rejects.toThrow(
      "append-only",
    );
  });
});

describe("a proof", () => {
  it("shows that a record was sealed, to someone with nothing but the public key", async () => {
    const ids = await records(7);
    const kept = openTrail(sealer, { key });
    await kept.seal();
    for (const id of ids) {
      const proof = JSON.parse(JSON.stringify(await kept.proof(id))) as Awaited<
        ReturnType<typeof kept.proof>
      >;
      expect(verifyProof(proof, [key])).toMatchObject({
        valid: true,
        record: { id, action: anAccess.action },
      });
      const forged = { ...proof, record: proof.record.replace(String(anAccess.action), "WRITE") };
      expect(verifyProof(forged, [key])).toMatchObject({ valid: false });
      expect(verifyProof({ ...proof, index: (proof.index + 1) % 7 }, [key])).toMatchObject({ valid: false });
      expect(verifyProof(proof, [newKey("seal-1")])).toMatchObject({
        valid: false,
        reason: "The seal is not what was signed.",
      });
      expect(verifyProof(proof, [])).toMatchObject({
        valid: false,
        reason: expect.stringContaining("not trusted"),
      });
    }
  });

  it("is not to be had of a record that is not sealed, or not there", async () => {
    const [id = ""] = await records(1);
    const kept = openTrail(sealer, { key });
    await expect(kept.proof(id)).rejects.toThrow("not sealed yet");
    await expect(kept.proof("999999")).rejects.toThrow("no record 999999");
  });
});

describe("partitions", () => {
  it("are made ahead of their months, append-only each, and once", async () => {
    const kept = openTrail(sealer);
    expect(await kept.ensurePartitions()).toEqual([]);
    const made = await kept.ensurePartitions({ monthsAhead: 5 });
    expect(made).toHaveLength(2);
    for (const partition of made) {
      for (const change of [`delete from audit.${partition}`, `truncate audit.${partition}`]) {
        await expect(trail.admin.query({ text: change })).rejects.toThrow("append-only");
      }
      await expect(
        app.query({ text: `insert into audit.${partition} (action) values ('READ')` }),
      ).rejects.toThrow("permission denied");
    }
    await expect(kept.ensurePartitions({ monthsAhead: 500 })).rejects.toThrow("between 0 and 120");
  });

  it("have the index over patients without a pending list", async () => {
    await openTrail(sealer).ensurePartitions({ monthsAhead: 6 });
    const options = await trail.admin.query({
      text: `select distinct coalesce(reloptions::text, 'none') as options from pg_class c join pg_am a on a.oid = c.relam
        where a.amname = 'gin' and c.relnamespace = 'audit'::regnamespace`,
    });
    expect(options).toEqual([{ options: "{fastupdate=off}" }]);
  });

  it("take the records of their month", async () => {
    await records(1);
    const [row] = await trail.admin.query({
      text: "select tableoid::regclass::text as partition from audit.phi_access_log",
    });
    expect(row?.["partition"]).toBe(
      `audit.phi_access_log_${new Date().toISOString().slice(0, 7).replace("-", "")}`,
    );
  });
});
