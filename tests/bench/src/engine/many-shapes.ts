import { connect } from "@offramp/db";
import { createClient } from "@offramp/supabase-shim";
import { type BenchDatabase, CONNECTIONS } from "./bench-database.ts";
import { heapInUse } from "./collect-garbage.ts";
import type { DataFile } from "./report/data-file.ts";
import type { BenchClient, BenchResult } from "./workload.ts";

const COLUMNS = ["id", "name", "category", "price", "added", "note"] as const;

/** The query of this number: every number below 30,000 has a shape of its own. */
function shapeOf(client: BenchClient, number: number): PromiseLike<BenchResult> {
  // A subset of the columns, a filter, an order and a column under another name: 63 × 6 × 8 × the rest of the number.
  const chosen = COLUMNS.filter((_, index) => (((number % 63) + 1) & (1 << index)) !== 0);
  const filter = COLUMNS[Math.floor(number / 63) % COLUMNS.length] ?? "id";
  const query = client.from("items").select(`${chosen.join()}, other${Math.floor(number / 378)}:price`);
  return query.not(filter, "is", null).eq("id", 1);
}

/** Many queries of different shapes, more than a thousand, one after the other, and what stays of them. */
export async function manyShapes(database: BenchDatabase, shapes: number): Promise<DataFile["shapes"]> {
  // A pool of its own: what the server keeps for it is counted.
  const db = connect({ url: database.url, max: CONNECTIONS });
  const client = createClient(db, undefined, { audit: false, watchSchema: false });
  try {
    const run = async (from: number, to: number): Promise<number> => {
      const start = performance.now();
      for (let number = from; number < to; number += 1) {
        const { error } = await shapeOf(client, number);
        if (error !== null) throw new Error(`shape ${number}: ${error.message}`);
      }
      return ((performance.now() - start) * 1000) / (to - from);
    };
    // Some shapes are seen often enough to be prepared, so that what is measured is not a cold engine.
    for (let again = 0; again < 8; again += 1) await run(shapes, shapes + 200);
    const knownShapeMicroseconds = await run(shapes, shapes + 200);
    const before = heapInUse();
    const ofThousand = await run(0, 1000);
    const heapOfThousand = heapInUse() - before;
    const ofOthers = await run(1000, shapes);
    const newShapeMicroseconds = (ofThousand * 1000 + ofOthers * (shapes - 1000)) / shapes;
    const heapGrowth = heapInUse() - before;
    // Each shape often, on all connections: the bound of prepared statements is met.
    for (let again = 0; again < 5; again += 1) {
      for (let number = 0; number < Math.min(shapes, 3000); number += 100) {
        await Promise.all(Array.from({ length: 100 }, (_, index) => shapeOf(client, number + index)));
      }
    }
    const counts = await Promise.all(
      Array.from({ length: CONNECTIONS }, () =>
        db.query({ text: "select count(*) as n from pg_prepared_statements, pg_sleep(0.02)" }),
      ),
    );
    const preparedStatements = counts.reduce((sum, [row]) => sum + Number(row?.["n"] ?? 0), 0);
    return {
      shapes,
      newShapeMicroseconds,
      knownShapeMicroseconds,
      heapOfThousand,
      heapGrowth,
      preparedStatements,
    };
  } finally {
    await db.close();
  }
}

/** Bytes of heap for each of many clients on one pool that have made a call. */
export async function heapPerClient(database: BenchDatabase): Promise<number> {
  const clients: BenchClient[] = [];
  const add = async (): Promise<void> => {
    const client: BenchClient = createClient(database.offramp, undefined, {
      audit: false,
      watchSchema: false,
    });
    const { error } = await client.from("items").select("id").eq("id", 1);
    if (error !== null) throw new Error(error.message);
    clients.push(client);
  };
  for (let number = 0; number < 100; number += 1) await add();
  const before = heapInUse();
  for (let number = 0; number < 1000; number += 1) await add();
  const grown = heapInUse() - before;
  return grown / (clients.length - 100);
}
