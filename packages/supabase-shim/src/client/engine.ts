import type { RequestError } from "../errors/request-error.ts";
import type { Result } from "../errors/result.ts";
import type { Claims } from "../identity/index.ts";
import type { ApiRequest } from "../request/index.ts";

/** One call: the request, or why it could not be made, and how to run it. */
export interface Call {
  readonly request: Result<ApiRequest, RequestError>;
  readonly signal?: AbortSignal;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Those of `withClaims`: the call runs as their role. */
  readonly claims?: Claims;
  readonly timeoutMs?: number;
  /** Milliseconds that PostgreSQL lets the statement run. */
  readonly statementTimeoutMs?: number;
  /** False when the caller asked that a failed read is not tried again. */
  readonly retry?: boolean;
}

/** What went wrong, as PostgREST would have said it. */
export interface ClientError {
  readonly message: string;
  readonly details: unknown;
  readonly hint: string | null;
  readonly code: string;
}

export type ClientResult<T> =
  | {
      success: true;
      error: null;
      data: T;
      count: number | null;
      status: number;
      statusText: string;
    }
  | {
      success: false;
      error: ClientError;
      data: null;
      count: null;
      status: number;
      statusText: string;
    };

/**
 * The engine never rejects: every failure is a result. `data` is parsed JSON (or text for csv and
 * plan text), null for head and minimal.
 */
export type Run = (call: Call) => Promise<ClientResult<unknown>>;

/** As {@link Run}, with so many rows at a time. A result without success is the last one. */
export type Stream = (call: Call, batch: number) => AsyncGenerator<ClientResult<unknown>, void, undefined>;

/**
 * How a transaction runs.
 *
 * @example
 * ```ts
 * import { createClient, type TransactionOptions } from "@offramp/supabase-shim";
 *
 * const report: TransactionOptions = { isolation: "repeatable read", readOnly: true };
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * await supabase.transaction(async (tx) => {
 *   console.log(await tx.from("subscriptions").select("tier, count()"));
 * }, report);
 * ```
 */
export interface TransactionOptions {
  /** Default `read committed`. */
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  /** PostgreSQL refuses every write. Records of reads are written beside the transaction, so PHI can be read in it. */
  readonly readOnly?: boolean;
}

/** What a client runs its calls with: the pool, or one transaction. */
export interface Engine {
  readonly run: Run;
  /** Opens a transaction; on the engine of a transaction, a savepoint. Rejects when it could not commit. */
  readonly transaction: <T>(work: (engine: Engine) => Promise<T>, options: TransactionOptions) => Promise<T>;
}
