import type { BenchClient, Workload } from "../workload.ts";
import type { ArmCall } from "./arm.ts";

/** A workload through a client of supabase-js's surface. */
export function clientCall(client: BenchClient, workload: Workload): ArmCall {
  return async (n) => {
    const { data, count, error } = await workload.client(client, n);
    if (error !== null) throw new Error(`${workload.name}: ${error.message}`);
    return workload.counted === true ? { count, rows: data } : data;
  };
}
