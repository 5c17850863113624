import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { connect } from "@offramp/db";
import { throwawayCluster } from "@offramp/db/testing";

import { type Ends, startOfframp } from "./offramp-process.ts";

/** What a run took. */
interface Timed {
  readonly seconds: number;
  /** The most memory that the process held, in MiB; undefined where the system does not say. */
  readonly peakMiB: number | undefined;
}

const TABLE = `create table public.reading (id bigint primary key, device integer not null, at timestamptz not null, value double precision,
  note text, tags text[])`;

/** Plain columns of several types, about 100 bytes a row. */
const ROWS = `insert into public.reading select n, n % 1000, timestamptz '2026-01-01' + n * interval '1 second', n / 7.0,
  'reading number ' || n || ' of a device', array['a', n % 10 || ''] from generate_series(1, $1::bigint) n`;

/**
 * Copies and verifies a table of plain columns between two servers, and does the same with `psql \\copy | \\copy`, in turns, where
 * psql is installed.
 */
export async function measureSpeed(rows: number, rounds: number, say: (line: string) => void): Promise<void> {
  const [from, to] = await Promise.all([throwawayCluster(), throwawayCluster()]);
  const ends: Ends = { sourceUrl: from.primary.url, targetUrl: to.primary.url };
  try {
    await prepare(ends, rows);
    const psql = spawnSync("psql", ["--version"]).status === 0;
    say(`${rows.toLocaleString("en-US")} rows of plain columns, ${rounds} rounds in turns`);
    const ratios: { readonly copy: number; readonly verify: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const copied = await timed(startOfframp(["copy", "--restart", "--yes"], ends));
      const verified = await timed(startOfframp(["verify", "--rows-only"], ends));
      say(`  copy ${shown(copied, rows)}; verify ${shown(verified, rows)}`);
      if (!psql) continue;
      await onTarget(ends, "truncate public.reading");
      const piped = await timed(pipe(ends));
      say(`  psql \\copy | \\copy ${shown(piped, rows)}`);
      ratios.push({ copy: piped.seconds / copied.seconds, verify: piped.seconds / verified.seconds });
    }
    if (!psql) say("psql is not installed: nothing to compare with");
    else
      say(
        `copy ${least(ratios.map(({ copy }) => copy))} and verify ${least(ratios.map(({ verify }) => verify))} of psql's speed, at the least`,
      );
  } finally {
    await Promise.all([from.stop(), to.stop()]);
  }
}

async function prepare({ sourceUrl, targetUrl }: Ends, rows: number): Promise<void> {
  for (const url of [sourceUrl, targetUrl]) {
    const db = connect({ url, max: 1 });
    await db.query({ text: TABLE });
    if (url === sourceUrl) await db.query({ text: ROWS, values: [String(rows)] });
    await db.query({ text: "vacuum analyze public.reading" });
    await db.close();
  }
}

async function onTarget({ targetUrl }: Ends, text: string): Promise<void> {
  const db = connect({ url: targetUrl, max: 1 });
  await db.query({ text });
  await db.close();
}

function pipe({ sourceUrl, targetUrl }: Ends): ChildProcess {
  const out = "psql -qAt \"$FROM\" -c '\\copy public.reading to stdout'";
  const into = "psql -q \"$TO\" -c '\\copy public.reading from stdin'";
  return spawn("sh", ["-c", `${out} | ${into}`], {
    env: { PATH: process.env["PATH"], FROM: sourceUrl, TO: targetUrl },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function timed(child: ChildProcess): Promise<Timed> {
  const started = performance.now();
  let peakMiB: number | undefined;
  let said = "";
  child.stdout?.resume();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const watch = setInterval(() => (peakMiB = peakOf(child.pid) ?? peakMiB), 100);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`it ended with ${String(code)}:\n${said}`);
  return { seconds: (performance.now() - started) / 1_000, peakMiB };
}

/** Linux keeps the highest resident size of a process. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return peak === undefined ? undefined : Number(peak) / 1_024;
  } catch {
    // The process has ended, or this is no Linux: what was seen before stands.
    return undefined;
  }
}

function shown({ seconds, peakMiB }: Timed, rows: number): string {
  const memory = peakMiB === undefined ? "" : `, ${Math.round(peakMiB)} MiB at most`;
  return `${seconds.toFixed(1)} s (${Math.round(rows / seconds / 1_000)},000 rows/s${memory})`;
}

function least(ratios: readonly number[]): string {
  return Math.min(...ratios).toFixed(2);
}
