import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";

const spread = z.object({ middle: z.number(), low: z.number(), high: z.number() });

const measured = z.object({
  workload: z.string(),
  callers: z.number(),
  arm: z.string(),
  against: z.string(),
  ratio: spread.nullable(),
  p99Ratio: spread.nullable(),
  rate: spread,
  p50: spread,
  p99: spread,
  p99OfAll: z.number(),
  cpuPerCall: spread,
  heapGrowth: spread,
});

const dataFile = z.object({
  /** Of this form; a later one is another number. */
  version: z.literal(2),
  finishedAt: z.string(),
  machine: z.object({ cpus: z.number(), node: z.string(), postgres: z.string() }),
  rounds: z.number(),
  /** What the run was given; the rounds were as long as that allowed. */
  minutes: z.number(),
  measured: z.array(measured),
  /** Throughput of the row by key with more tables in the schema cache, by their number, as a ratio to two tables. */
  tables: z.array(z.object({ tables: z.number(), rate: spread, ratio: spread })),
  /** Queries of different shapes in a row. */
  shapes: z.object({
    shapes: z.number(),
    newShapeMicroseconds: z.number(),
    knownShapeMicroseconds: z.number(),
    /** Bytes of heap that the first thousand kept, and all of them: the caches are bounded. */
    heapOfThousand: z.number(),
    heapGrowth: z.number(),
    preparedStatements: z.number(),
  }),
  /** Bytes of heap for a client that was made and has made one call. */
  heapPerClient: z.number(),
});

/** What one run found. */
export type DataFile = z.infer<typeof dataFile>;
export type DataLine = DataFile["measured"][number];

/** @throws {Error} the file is none of ours, or is of another version. */
export async function readDataFile(path: string): Promise<DataFile> {
  const parsed = dataFile.safeParse(json(await readFile(path, "utf8")));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is no data file of \`pnpm bench\`: ${z.prettifyError(parsed.error)}`);
}

/** What is no JSON is nothing, and no data file. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A line of the file for each line of the tables, so that a difference of two runs can be read. */
export async function writeDataFile(path: string, data: DataFile): Promise<void> {
  const text = JSON.stringify(data, rounded).replaceAll(/\{"(?:workload|tables)":/g, "\n$&");
  await writeFile(path, `${text}\n`);
}

/** Four digits are more than a run can tell apart. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
