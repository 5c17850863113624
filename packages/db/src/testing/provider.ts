/** Where a throwaway server comes from. */
export type ThrowawayProvider = "url" | "docker" | "embedded";

/** A server that was found or started. */
export interface RunningServer {
  readonly provider: ThrowawayProvider;
  /** URL of a database on it, as a role that may create databases. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A provider that is not there, with the reason and, where there is one, the remedy. */
export interface Unavailable {
  readonly provider: ThrowawayProvider;
  readonly reason: string;
}

export function isUnavailable(outcome: RunningServer | Unavailable): outcome is Unavailable {
  return "reason" in outcome;
}
