export interface PaceOptions {
  /** What the whole run may take. */
  readonly milliseconds: number;
  /** Places in the table: workloads by callers. */
  readonly places: number;
  readonly arms: number;
  readonly rounds: number;
}

export interface Pace {
  readonly warmUpMs: number;
  readonly roundMs: number;
}

/** Below this a round is mostly its own beginning and end. */
const SHORTEST_MS = 15;

/**
 * Gives each place its share of the time that is left, asked for when it begins: a slow place makes the ones behind it
 * shorter, and the run ends on time. A third warms up; the rest is for the rounds, and for calls that outlast theirs.
 */
export function startPace(
  { milliseconds, places, arms, rounds }: PaceOptions,
  now: () => number = () => performance.now(),
): () => Pace {
  const end = now() + milliseconds;
  let left = places;
  return () => {
    const share = Math.max(end - now(), 0) / Math.max(left, 1) / arms;
    left -= 1;
    return {
      warmUpMs: Math.max(share * 0.3, SHORTEST_MS),
      roundMs: Math.max((share * 0.5) / (rounds + 0.5), SHORTEST_MS),
    };
  };
}
