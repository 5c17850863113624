import type { Database } from "@offramp/db";
import { patientId } from "./fill-trail.ts";

/** What adding records costs, by how the index over the patients takes them. */
export interface AppendFigure {
  readonly fastupdate: "on" | "off";
  readonly perSecond: number;
  /** Milliseconds of the slowest of a hundred, and of the slowest. */
  readonly p99: number;
  readonly slowest: number;
  /** Milliseconds of a read of a rare patient's newest records straight after. */
  readonly readAfter: number;
}

const APPEND = `insert into audit.phi_access_log (actor_id, action, relations, columns, filters, record_keys, subjects, row_count)
  values ('u-1', 'READ', '{public.profiles}', '{public.profiles.email}', '{"public.profiles.id eq"}',
    jsonb_build_object('public.profiles', jsonb_build_array($1::text)), array[$1::text], 1)`;

/** In turns, so that what else the machine does hits both alike. */
export async function appendFigures(
  db: Database,
  {
    patients,
    appends,
    callers,
  }: { readonly patients: number; readonly appends: number; readonly callers: number },
): Promise<readonly AppendFigure[]> {
  const rounds = 3;
  const figures: AppendFigure[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const fastupdate of ["on", "off"] as const) {
      await setFastUpdate(db, fastupdate);
      figures.push({ fastupdate, ...(await appending(db, { patients, appends, callers })) });
    }
  }
  return figures;
}

async function setFastUpdate(db: Database, fastupdate: "on" | "off"): Promise<void> {
  const indexes = await db.query({
    text: `select c.oid::regclass::text as name from pg_class c join pg_am a on a.oid = c.relam
      where a.amname = 'gin' and c.relkind = 'i' and c.relnamespace = 'audit'::regnamespace`,
  });
  for (const { name } of indexes) {
    await db.query({ text: `alter index ${name} set (fastupdate = ${fastupdate})` });
    await db.query({ text: "select gin_clean_pending_list($1::regclass)", values: [name ?? ""] });
  }
}

async function appending(
  db: Database,
  {
    patients,
    appends,
    callers,
  }: { readonly patients: number; readonly appends: number; readonly callers: number },
): Promise<Omit<AppendFigure, "fastupdate">> {
  const times: number[] = [];
  const start = performance.now();
  const caller = async (): Promise<void> => {
    for (let turn = 0; turn < appends / callers; turn += 1) {
      const patient = patientId(Math.floor(patients * Math.random() ** 2));
      const before = performance.now();
      await db.query({ text: APPEND, values: [patient], prepare: true });
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const perSecond = (times.length * 1000) / (performance.now() - start);
  const sorted = times.toSorted((one, other) => one - other);
  const before = performance.now();
  await db.query({
    text: `select count(*) from (select id from audit.phi_access_log where subjects @> array[$1::text]
      and recorded_at >= date_trunc('month', now()) order by id desc limit 100) as newest`,
    values: [patientId(patients - 1)],
  });
  return {
    perSecond,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    slowest: sorted.at(-1) ?? 0,
    readAfter: performance.now() - before,
  };
}
