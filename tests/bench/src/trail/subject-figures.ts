import { openTrail } from "@offramp/audit";
import type { Database, Statement } from "@offramp/db";
import { patientId } from "./fill-trail.ts";
import { statementsOf } from "../statements-of.ts";

/** What is asked of the trail about one patient: the newest page of records, and the report on all of them. */
export interface SubjectFigure {
  readonly asked: string;
  /** Records that name the patient. */
  readonly records: number;
  readonly milliseconds: number;
  /** As EXPLAIN ANALYZE shows it. */
  readonly plan: readonly string[];
}

/** Asks for the most frequent patient and for the rarest of the last records. */
export async function subjectFigures(db: Database): Promise<readonly SubjectFigure[]> {
  const [rarest] = await db.query({
    text: `select max(subjects[1]) as id from (select subjects from audit.phi_access_log order by id desc limit 10000) as last`,
  });
  const figures: SubjectFigure[] = [];
  for (const [name, subject] of [
    ["the most frequent patient", patientId(0)],
    ["a rare patient", rarest?.["id"] ?? ""],
  ] as const) {
    const { accesses } = await openTrail(db).accessReport(subject);
    const asking = {
      "the newest 100 records of": (trail: ReturnType<typeof openTrail>) =>
        trail.query({ subject, limit: 100 }),
      "the report on": (trail: ReturnType<typeof openTrail>) => trail.accessReport(subject),
    };
    for (const [what, ask] of Object.entries(asking)) {
      const [statement] = await statementsOf(db, (listening) => ask(openTrail(listening)));
      if (statement === undefined) throw new Error("The trail sent no statement.");
      const start = performance.now();
      await ask(openTrail(db));
      const milliseconds = performance.now() - start;
      figures.push({
        asked: `${what} ${name}`,
        records: accesses,
        milliseconds,
        plan: await planOf(db, statement),
      });
    }
  }
  return figures;
}

async function planOf(db: Database, { text, values = [] }: Statement): Promise<readonly string[]> {
  const rows = await db.query({
    text: `explain (analyze, costs off, buffers off, summary on) ${text}`,
    values,
  });
  return likePartitionsOnce(rows.map((row) => Object.values(row)[0] ?? ""));
}

/** Of the partitions, which are read alike, only the first. */
function likePartitionsOnce(plan: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let hidden = 0;
  let inside: number | undefined;
  for (const line of plan) {
    const indent = line.search(/\S/);
    if (inside !== undefined && indent > inside) continue;
    inside = undefined;
    const number = Number(/ on phi_access_log_\w+ phi_access_log_(\d+) /.exec(line)?.[1] ?? 0);
    if (number > 1) {
      inside = indent;
      hidden += 1;
      continue;
    }
    if (hidden > 0) shown.push(`${" ".repeat(indent)}(and ${hidden} other partitions)`);
    hidden = 0;
    shown.push(line);
  }
  return shown;
}
