/**
 * Where a throwaway server comes from.
 *
 * @example
 * import { throwawayPostgres, type ThrowawayProvider } from "@offramp/db/testing";
 *
 * const provider: ThrowawayProvider = process.env["CI"] === undefined ? "embedded" : "docker";
 * const postgres = await throwawayPostgres({ provider });
 * await postgres.stop();
 */
export type ThrowawayProvider = "url" | "docker" | "embedded";

/** A server that was found or started. */
export interface RunningServer {
  readonly provider: ThrowawayProvider;
  /** URL of a database on it, as a role that may create databases. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A provider that is not there, with the reason and, where there is one, the remedy.
 *
 * @example
 * import { throwawayPostgres, type Unavailable } from "@offramp/db/testing";
 *
 * const postgres = await throwawayPostgres();
 * const reasons: readonly Unavailable[] = postgres.passedOver;
 * for (const { provider, reason } of reasons) console.log(`not ${provider}: ${reason}`);
 * await postgres.stop();
 */
export interface Unavailable {
  readonly provider: ThrowawayProvider;
  readonly reason: string;
}

export function isUnavailable(outcome: RunningServer | Unavailable): outcome is Unavailable {
  return "reason" in outcome;
}
