import { generateKeyPairSync } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  auditMigrations,
  fileAnchor,
  type Finding,
  openTrail,
  type SigningKey,
  signingKey,
  type Trail,
} from "@offramp/audit";
import { connect, type Database, migrate } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";

/** A trail with four sealed blocks of five records, and who could tamper with it. */
export interface SealedTrail {
  /** A superuser, who can switch the triggers off. */
  readonly admin: Database;
  readonly trail: Trail;
  readonly key: SigningKey;
  /** The ids of the records, in their order. */
  readonly ids: readonly string[];
  readonly anchorPath: string;
  /** A folder that goes with the trail. */
  readonly folder: string;
  /** Runs statements with every trigger off, as a superuser can. */
  tamper(script: string): Promise<void>;
  close(): Promise<void>;
}

/** What a superuser does to a sealed trail, and what verifying must say. */
export interface Tampering {
  readonly name: string;
  tamper(sealed: SealedTrail): Promise<void>;
  /** The findings that must be there, by kind and place. */
  expected(sealed: SealedTrail): readonly Partial<Finding>[];
}

export function newKey(id: string): SigningKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  return signingKey(id, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
}

/** A server with an empty, migrated trail: each manipulation gets a copy of it. */
export async function trailServer(): Promise<{ sealed(): Promise<SealedTrail>; stop(): Promise<void> }> {
  const server = await throwawayPostgres();
  return {
    sealed: async () => {
      const { url } = await server.createDatabase();
      return sealedTrail(url);
    },
    stop: () => server.stop(),
  };
}

async function sealedTrail(url: string): Promise<SealedTrail> {
  const admin = connect({ url, max: 3 });
  await migrate(admin, [auditMigrations()]);
  const folder = await mkdtemp(join(tmpdir(), "offramp-faults-"));
  const anchorPath = join(folder, "seals.ndjson");
  const key = newKey("seal-1");
  const trail = openTrail(admin, { key, anchors: [fileAnchor(anchorPath)] });
  const ids: string[] = [];
  for (let block = 0; block < 4; block += 1) {
    for (let index = 0; index < 5; index += 1) {
      const call = {
        actor_id: `u-${index}`,
        purpose_of_use: "TREAT",
        ip: "192.0.2.7",
        action: "READ",
        relations: ["public.profiles"],
        columns: ["public.profiles.email"],
      };
      const [row] = await admin.query({
        text: `select audit.append_access($1::text::jsonb, '{"public.profiles": ["p1"]}', array['p1'], 1) as id`,
        values: [JSON.stringify(call)],
      });
      ids.push(row?.["id"] ?? "");
    }
    await trail.seal();
  }
  return {
    admin,
    trail,
    key,
    ids,
    anchorPath,
    folder,
    tamper: async (script) => {
      const tables = await admin.query({
        text: `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'audit' and c.relkind in ('r', 'p')`,
      });
      const off = tables.map(({ name }) => `alter table ${name} disable trigger all;`).join("\n");
      await admin.query({ text: `${off}\n${script}`, script: true });
    },
    close: async () => {
      await admin.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Rewrites the file of the anchor. */
export async function rewriteAnchor(path: string, change: (lines: string[]) => string[]): Promise<void> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  await writeFile(path, "");
  await appendFile(path, `${change(lines).join("\n")}\n`);
}
