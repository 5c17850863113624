import type { SupabaseClient } from "@offramp/supabase-shim";
import type { BenchDrizzle } from "./bench-tables.ts";

/** A client whose tables are not typed, so that it can be ours or supabase-js's. */
export type BenchClient = SupabaseClient;

/** A statement as an expert would write it: one text for every call, and its values. */
export interface HandStatement {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** What supabase-js answers, of which the bench needs this much. */
export interface BenchResult {
  readonly data: unknown;
  readonly count: number | null;
  readonly error: { readonly message: string } | null;
}

/** A request, as its path behind the base URL. */
export interface HttpCall {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly prefer?: string;
}

/** How an insert or update is undone, and what one call of it leaves behind. */
export interface Effect {
  /** Run before each arm's turn. */
  readonly reset: string;
  /** A query whose rows are the same after the same call of any arm. */
  readonly left: string;
}

/**
 * One thing that applications ask for, as each arm writes it. `n` is any whole number: it chooses the values of the call,
 * and the same `n` asks for the same.
 */
export interface Workload {
  readonly name: string;
  /** The rows that are asked for; the arm builds the JSON. Absent for what has no rows. */
  readonly rows?: (n: number) => HandStatement;
  /** The whole statement, whose column `body` is the answer as JSON text; for what is not a list of rows. */
  readonly hand?: (n: number) => HandStatement;
  readonly client: (client: BenchClient, n: number) => PromiseLike<BenchResult>;
  readonly drizzle?: (db: BenchDrizzle, n: number) => Promise<unknown>;
  readonly relational?: (db: BenchDrizzle, n: number) => Promise<unknown>;
  /** What the HTTP door is sent: the path behind the base URL, and a body for what writes. */
  readonly http: (n: number) => HttpCall;
  /** The answer is the rows with their total. */
  readonly counted?: true;
  readonly effect?: Effect;
  /** A call takes many milliseconds, so fewer callers are enough to fill every connection. */
  readonly heavy?: true;
  /** A URL cannot hold it. */
  readonly beyondUrl?: true;
  /** What the record of a read says; then the arms with an audit trail run it. */
  readonly audited?: { readonly columns: readonly string[]; readonly filters: readonly string[] };
}
