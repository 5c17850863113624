import type { ClientObservation } from "../../src/index.ts";

/** What was observed, and a way to wait for what is still to come. */
export interface Observations {
  readonly observe: (observation: ClientObservation) => void;
  readonly seen: readonly ClientObservation[];
  /** The next observation that fits, from now on. */
  readonly next: (fits: (observation: ClientObservation) => boolean) => Promise<ClientObservation>;
}

const PATIENCE_MS = 10_000;

export function observations(): Observations {
  const seen: ClientObservation[] = [];
  const waiting = new Set<(observation: ClientObservation) => void>();
  return {
    seen,
    observe: (observation) => {
      seen.push(observation);
      for (const tell of waiting) tell(observation);
    },
    next: (fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("It was not observed.")), PATIENCE_MS);
        const tell = (observation: ClientObservation): void => {
          if (!fits(observation)) return;
          waiting.delete(tell);
          clearTimeout(timer);
          resolve(observation);
        };
        waiting.add(tell);
      }),
  };
}

/** A load of the catalog from the database, for one reason. */
export function loadedFor(reason: string): (observation: ClientObservation) => boolean {
  return (observation) => observation.kind === "schemaLoaded" && observation.reason === reason;
}
