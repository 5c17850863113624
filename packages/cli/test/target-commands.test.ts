import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { connect, type Database } from "@offramp/db";
import { manifestOf, renderManifest } from "@offramp/db/conformance";
import { type ThrowawayDatabase, throwawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { offramp, type OfframpRun } from "./offramp.ts";

const postgres = await throwawayPostgres({ provider: "url", url: inject("postgresUrl") });
let database: ThrowawayDatabase;
let db: Database;
let folder: string;

const run = (...words: string[]): Promise<OfframpRun> =>
  offramp(words, { folder, environment: { OFFRAMP_TARGET_URL: database.url } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "offramp-target-"));
  database = await postgres.createDatabase();
  db = connect({ url: database.url, max: 2 });
  await mkdir(join(folder, "migrations"));
  await writeFile(
    join(folder, "migrations/0000_invoice.sql"),
    "create table public.invoice (id int primary key, amount numeric not null);\n",
  );
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  await writeFile(join(folder, "seal.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  await writeFile(join(folder, "seal.pub"), publicKey.export({ type: "spki", format: "pem" }));
  await writeFile(
    join(folder, "offramp.config.mjs"),
    `export default { migrations: { billing: "./migrations" }, audit: { key: { id: "seal", file: "seal.pem" }, trusted: { seal: "seal.pub" }, anchors: ["anchor.ndjson"] } };`,
  );
});

afterAll(async () => {
  await db.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

// Each step goes on from what the one before it left, as a person would.
describe("a target, from empty to sealed", { timeout: 120_000 }, () => {
  it("doctor names what is missing, with the command that mends it", async () => {
    const { code, stdout } = await run("doctor", "--only", "target", "--json");
    const { points } = JSON.parse(stdout) as { points: { name: string; verdict: string; remedy?: string }[] };
    const failed = points.filter(({ verdict }) => verdict !== "passed").map(({ name }) => name);
    expect(code).toBe(1);
    expect(failed).toEqual(expect.arrayContaining(["target compat", "target audit"]));
    expect(points.find(({ name }) => name === "target audit")?.remedy).toContain("offramp migrate");
  });

  it("migrate shows, asks, applies, and says what is there", async () => {
    expect(await run("migrate", "--status")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("· billing/0000_invoice not applied"),
    });
    const dry = await run("migrate", "--dry-run");
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain("create table public.invoice");
    expect(await run("migrate")).toMatchObject({ code: 3, stderr: expect.stringContaining("--yes") });
    expect((await run("migrate", "--yes")).code).toBe(0);
    expect((await run("migrate", "--status")).code).toBe(0);
    expect(await db.query({ text: "select count(*)::text as n from invoice" })).toEqual([{ n: "0" }]);
  });

  it("doctor then finds nothing", async () => {
    const { code, stdout } = await run("doctor", "--only", "target");
    expect(stdout).toContain("0 failed, 0 could not be looked at");
    expect(code).toBe(0);
  });

  it("types writes the Database type and notices when it is old", async () => {
    const printed = await run("types");
    expect(printed.stdout).toContain("invoice: {");
    expect((await run("types", "--out", "database.types.ts")).code).toBe(0);
    expect(await readFile(join(folder, "database.types.ts"), "utf8")).toBe(printed.stdout);
    expect((await run("types", "--check", "database.types.ts")).code).toBe(0);
    await writeFile(join(folder, "database.types.ts"), "old");
    expect((await run("types", "--check", "database.types.ts")).code).toBe(1);
    expect(await run("types", "--schemas", "nowhere")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("nowhere"),
    });
  });

  it("check compares with a manifest, as text, SARIF and mending SQL", async () => {
    await writeFile(
      join(folder, "manifest.json"),
      renderManifest(await manifestOf(db, { schemas: ["public"] })),
    );
    expect((await run("check")).code).toBe(2);
    expect((await run("check", "--manifest", "manifest.json")).code).toBe(0);
    await db.query({ text: "alter table invoice alter amount drop not null" });
    const words = ["check", "--manifest", "manifest.json", "--sarif", "c.sarif", "--mend", "mend.sql"];
    expect(await run(...words)).toMatchObject({ code: 1, stdout: expect.stringContaining("amount") });
    expect(await readFile(join(folder, "mend.sql"), "utf8")).toMatch(/set not null/i);
    expect(JSON.parse(await readFile(join(folder, "c.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
  });

  it("audit seals, verifies, reports, and names what was changed behind its back", async () => {
    expect(await run("audit", "verify")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("nothing to hold"),
    });
    await db.query({
      text: `select audit.append_access($1::text::jsonb, '{"public.invoice": ["7"]}', array['p1'], 1, 'success', null)`,
      values: [
        JSON.stringify({
          actor_id: "u-17",
          action: "READ",
          relations: ["public.invoice"],
          columns: ["public.invoice.amount"],
        }),
      ],
    });
    expect((await run("audit", "seal")).code).toBe(0);
    expect(await run("audit", "verify")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 records in 1 seals"),
    });
    const page = await run(
      "audit",
      "report",
      "--from",
      "2026-01-01",
      "--to",
      "2027-01-01",
      "--html",
      "r.html",
      "--csv",
      "r.csv",
    );
    expect(page.code).toBe(0);
    expect(await readFile(join(folder, "r.html"), "utf8")).toContain("<!doctype html>");
    expect(await readFile(join(folder, "r.csv"), "utf8")).toMatch(/^id,recordedAt/);
    expect(page.stdout).toContain("1 accesses by 1 users to 1 patients");
    // Somebody with the rights of a superuser takes the guards off.
    const partitions = await db.query({
      text: "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit.phi_access_log'::regclass",
    });
    const tables = ["audit.phi_access_log", ...partitions.map(({ name }) => name)];
    const off = tables.map((name) => `alter table ${name} disable trigger all;`).join(" ");
    await db.query({ text: `${off} update audit.phi_access_log set actor_id = 'nobody'`, script: true });
    expect(await run("audit", "verify")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("changed"),
    });
    expect(await run("audit", "report", "--from", "tomorrow", "--to", "2027-01-01")).toMatchObject({
      code: 2,
    });
  });
});

describe("the key that signs", { timeout: 60_000 }, () => {
  it("may be in a key service and the seals in an anchor of one's own: the configuration's functions give them", async () => {
    const own = await postgres.createDatabase();
    const audit = new URL("../../audit/dist/index.mjs", import.meta.url).href;
    // As AWS KMS answers for an asymmetric key of the spec ECC_NIST_EDWARDS25519.
    await writeFile(
      join(folder, "kms.config.mjs"),
      `import { createPrivateKey, createPublicKey, sign } from "node:crypto";
      import { readFileSync } from "node:fs";
      import { fileAnchor, kmsSigningKey } from ${JSON.stringify(audit)};
      const privateKey = createPrivateKey(readFileSync("seal.pem"));
      const kms = {
        getPublicKey: async () => ({ KeySpec: "ECC_NIST_EDWARDS25519", PublicKey: createPublicKey(privateKey).export({ type: "spki", format: "der" }) }),
        sign: async ({ Message }) => ({ Signature: sign(null, Message, privateKey) }),
      };
      export default { audit: { key: () => kmsSigningKey("kms-2026", { kms, keyId: "alias/clinic-trail" }), anchors: [fileAnchor("kms.ndjson")] } };`,
    );
    const words = ["--config", "kms.config.mjs"];
    const runOwn = (...given: string[]): Promise<OfframpRun> =>
      offramp([...given, ...words], { folder, environment: { OFFRAMP_TARGET_URL: own.url } });
    expect((await runOwn("migrate", "--yes")).code).toBe(0);
    const access = connect({ url: own.url, max: 1 });
    await access.query({
      text: `select audit.append_access($1::text::jsonb, '{"public.x": ["7"]}', array['p1'], 1, 'success', null)`,
      values: [
        JSON.stringify({
          actor_id: "u-17",
          action: "READ",
          relations: ["public.x"],
          columns: ["public.x.y"],
        }),
      ],
    });
    await access.close();
    const sealed = await runOwn("audit", "seal");
    expect(sealed).toMatchObject({ code: 0, stdout: expect.stringContaining("1 records in 1 seals") });
    expect(await readFile(join(folder, "kms.ndjson"), "utf8")).toContain("kms-2026");
    expect(await runOwn("audit", "verify")).toMatchObject({ code: 0 });
    await own.drop();
  });

  it("is asked for where there is none, with each way to give it", async () => {
    await writeFile(join(folder, "keyless.config.mjs"), "export default {};");
    const { code, stderr } = await run("audit", "seal", "--config", "keyless.config.mjs");
    expect(code).toBe(2);
    for (const way of ["--key id=file", "openssl genpkey", "kmsSigningKey", "secretSigningKey"])
      expect(stderr).toContain(way);
  });
});

it("doctor never counts as passed what it could not look at", async () => {
  const { code, stdout } = await offramp([
    "doctor",
    "--only",
    "target",
    "--target",
    "postgres://a:hunter2@127.0.0.1:1/x",
  ]);
  expect(code).toBe(2);
  expect(stdout).toContain("? target audit: not looked at");
  expect(stdout).not.toContain("hunter2");
});
