import { spawn, spawnSync } from "node:child_process";

import { connect } from "@offramp/db";

import type { Ends } from "../offramp-process.ts";
import { settle } from "./settle.ts";
import { type Timed, timed, timedOfframp } from "./timed-process.ts";

/** A round: the same rows, copied by either. */
export interface PlainRound {
  readonly copy: Timed;
  readonly verify: Timed;
  /** Undefined: psql is not installed. */
  readonly psql: Timed | undefined;
}

const TABLE = `create table public.reading (id bigint primary key, device integer not null, at timestamptz not null, value double precision,
  note text, tags text[])`;

/** Plain columns of several types, about 100 bytes a row. */
const ROWS = `insert into public.reading select n, n % 1000, timestamptz '2026-01-01' + n * interval '1 second', n / 7.0,
  'reading number ' || n || ' of a device', array['a', n % 10 || ''] from generate_series(1, $1::bigint) n`;

/** Makes the table on both servers, with its rows on the source. */
export async function preparePlainRows({ sourceUrl, targetUrl }: Ends, rows: number): Promise<void> {
  for (const url of [sourceUrl, targetUrl]) {
    const db = connect({ url, max: 1 });
    await db.query({ text: TABLE });
    if (url === sourceUrl) await db.query({ text: ROWS, values: [String(rows)] });
    await db.query({ text: "vacuum analyze public.reading" });
    await db.close();
  }
}

/**
 * Copies and verifies the table, and does the same with `psql \\copy | \\copy`, into the same table with the same key. Before
 * each, both servers have written down what was done before.
 *
 * @param psqlFirst who begins: what runs second may find warmer caches, or a busier disk.
 */
export async function plainRound(ends: Ends, psqlFirst: boolean): Promise<PlainRound> {
  const before = psqlFirst ? await psqlCopy(ends) : undefined;
  await emptyTarget(ends);
  await settle(ends);
  const copy = await timedOfframp(["copy", "--restart", "--yes"], ends);
  await settle(ends);
  const verify = await timedOfframp(["verify", "--rows-only"], ends);
  return { copy, verify, psql: psqlFirst ? before : await psqlCopy(ends) };
}

async function psqlCopy(ends: Ends): Promise<Timed | undefined> {
  if (spawnSync("psql", ["--version"]).status !== 0) return undefined;
  await emptyTarget(ends);
  await settle(ends);
  const out = "psql -qAt \"$FROM\" -c '\\copy public.reading to stdout'";
  const into = "psql -q \"$TO\" -c '\\copy public.reading from stdin'";
  return timed(
    spawn("sh", ["-c", `${out} | ${into}`], {
      env: { PATH: process.env["PATH"], FROM: ends.sourceUrl, TO: ends.targetUrl },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

async function emptyTarget({ targetUrl }: Ends): Promise<void> {
  const db = connect({ url: targetUrl, max: 1 });
  await db.query({ text: "truncate public.reading" });
  await db.close();
}
