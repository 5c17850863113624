import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { connect, migrate } from "@offramp/db";
import {
  createDataKey,
  createLocalKeyFile,
  encryptionMigrations,
  localKeyFile,
} from "@offramp/db/encryption";

import type { Ends } from "../offramp-process.ts";
import { settle } from "./settle.ts";
import { type Timed, timedOfframp } from "./timed-process.ts";

/** What encrypting costs. */
export interface EncryptedRun {
  readonly copy: Timed;
  readonly verify: Timed;
}

const folder = fileURLToPath(new URL("../../fixture/encrypted/", import.meta.url));

const ROWS = `insert into public.person select n, 'person ' || n, to_char(n % 1000000000, 'FM000000000'), date '1940-01-01' + (n % 29000)::int
  from generate_series(1, $1::bigint) n`;

/** Copies rows of which two of four columns are encrypted on the way, and verifies them through the key. */
export async function encryptedRun(ends: Ends, rows: number): Promise<EncryptedRun> {
  const own = await mkdtemp(join(tmpdir(), "offramp-speed-"));
  try {
    const keyFile = join(own, "key");
    await createLocalKeyFile(keyFile);
    await prepare(ends, { keyFile, rows });
    const options = { folder, environment: { MEASURED_KEY_FILE: keyFile } };
    await settle(ends);
    const copy = await timedOfframp(["copy", "--yes"], ends, options);
    await settle(ends);
    return { copy, verify: await timedOfframp(["verify", "--rows-only"], ends, options) };
  } finally {
    await rm(own, { recursive: true });
  }
}

async function prepare(
  { sourceUrl, targetUrl }: Ends,
  { keyFile, rows }: { readonly keyFile: string; readonly rows: number },
): Promise<void> {
  const source = connect({ url: sourceUrl, max: 1 });
  await source.query({
    text: "create table public.person (id bigint primary key, name text not null, ssn text, born date)",
  });
  await source.query({ text: ROWS, values: [String(rows)] });
  await source.query({ text: "vacuum analyze public.person" });
  await source.close();
  const target = connect({ url: targetUrl, max: 1 });
  await target.query({
    text: "create table public.person (id bigint primary key, name text not null, ssn bytea, born bytea)",
  });
  await migrate(target, [encryptionMigrations]);
  for (const [column, type] of [
    ["ssn", "text"],
    ["born", "date"],
  ])
    await target.query({
      text: "insert into offramp.encrypted_column values ('public', 'person', $1, 'phi', $2, $3::boolean, array['id'])",
      values: [column ?? "", type ?? "", String(column === "ssn")],
    });
  await createDataKey(target, "phi", localKeyFile(keyFile));
  await target.close();
}
