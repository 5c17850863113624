import type { BenchDatabase } from "../bench-database.ts";
import type { Workload } from "../workload.ts";

/** One call: the same `n` asks for the same. Resolves to the answer as JavaScript. */
export type ArmCall = (n: number) => Promise<unknown>;

/** A way to do all workloads, or many. */
export interface Arm {
  readonly name: string;
  /** What its figures are divided by; the limit for most, and the same work by hand for those with role or record. */
  readonly against: string;
  /** Undefined where the arm cannot do the workload. */
  readonly call: (database: BenchDatabase, workload: Workload) => ArmCall | undefined;
}
