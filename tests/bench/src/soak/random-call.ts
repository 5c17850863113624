import type { BenchClient, BenchResult } from "../engine/workload.ts";

/** What a call of the soak is meant to end as. */
export type Expected = "answer" | "error" | "abort";

export interface SoakCall {
  readonly expected: Expected;
  readonly run: (client: BenchClient, signal: AbortSignal | undefined) => PromiseLike<BenchResult>;
}

const COLUMNS = ["id", "name", "category", "price", "added", "note"] as const;

/** The call that a random number stands for: mostly reads of many shapes, some writes, some mistakes, some that are aborted. */
export function randomCall(random: () => number): SoakCall {
  const whole = (below: number): number => Math.floor(random() * below);
  const kind = random();
  if (kind < 0.05) {
    return { expected: "error", run: (client) => client.from("items").select("nothing") };
  }
  if (kind < 0.1) {
    return { expected: "error", run: (client) => client.from("items").insert({ id: 1, name: "taken" }) };
  }
  if (kind < 0.15) {
    return {
      expected: "abort",
      run: (client, signal) => {
        const slow = client.rpc("slow_number", { seconds: 0.5 });
        return signal === undefined ? slow : slow.abortSignal(signal);
      },
    };
  }
  if (kind < 0.25) {
    const id = whole(20_000) + 1;
    return {
      expected: "answer",
      run: (client) =>
        client
          .from("stock")
          .update({ quantity: id % 7 })
          .eq("id", id),
    };
  }
  if (kind < 0.35) {
    const from = whole(900);
    return {
      expected: "answer",
      run: (client) =>
        client.from("customers").select("id, name, orders(id, total, lines(id))").gt("id", from).limit(5),
    };
  }
  // Thousands of shapes, a few of them often: as an application's, and as an attacker's.
  const chosen = random() < 0.7 ? whole(12) : whole(60_000);
  const columns = COLUMNS.filter((_, index) => (((chosen % 63) + 1) & (1 << index)) !== 0);
  return {
    expected: "answer",
    run: (client) =>
      client
        .from("items")
        .select(`${columns.join()}, other${Math.floor(chosen / 63)}:price`)
        .eq("id", whole(10_000) + 1),
  };
}
