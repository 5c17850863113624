import { openTrail, type Trail } from "@offramp/audit";
import type { Database } from "@offramp/db";

/** What a function of the trail took, and the plan of the statement that it sent. */
export interface Explained {
  readonly milliseconds: number;
  readonly plan: readonly string[];
}

/** Runs a function of the trail, and once more with PostgreSQL telling how it answers. */
export async function explained(db: Database, work: (trail: Trail) => Promise<unknown>): Promise<Explained> {
  await work(openTrail(db));
  const began = performance.now();
  await work(openTrail(db));
  const milliseconds = performance.now() - began;
  const plan: string[] = [];
  const telling: Database = Object.assign(Object.create(db) as Database, {
    query: async (statement: Parameters<Database["query"]>[0]) => {
      const rows = await db.query({
        ...statement,
        text: `explain (analyze, costs off, timing off, summary off, buffers off) ${statement.text}`,
      });
      plan.push(...rows.map((row) => row["QUERY PLAN"] ?? ""));
      return [];
    },
  });
  await work(openTrail(telling));
  return { milliseconds, plan };
}

/** The months whose records were read one by one instead of through an index. */
export function scannedWhole({ plan }: Explained): readonly string[] {
  return plan.flatMap((line) => /Seq Scan on (phi_access_log_\d{6})/.exec(line)?.[1] ?? []);
}
