import { address, describeTarget, type Target } from "./target.ts";

/** Where connections lead. A secret may have to be fetched first, and may change while the process runs. */
export interface TargetSource {
  /** For messages; without a secret. */
  describe(): string;
  /** @throws {ConnectionError} the secret cannot be had or does not say enough. */
  target(): Promise<Target>;
  /**
   * What to try, one after the other, when the server refused the credentials of `refused`.
   *
   * @throws {ConnectionError} the secret cannot be had any more.
   */
  alternatives(refused: Target): AsyncIterable<Target>;
  /** Tells that the server took one of the alternatives. */
  accepted(target: Target): void;
}

/** The same credentials at another place. */
export function elsewhere(
  source: TargetSource,
  place: Pick<Target, "host" | "port" | "tls"> & Partial<Pick<Target, "password">>,
): TargetSource {
  const originals = new WeakMap<Target, Target>();
  const moved = (original: Target): Target => {
    const target = { ...original, ...place };
    originals.set(target, original);
    return target;
  };
  return {
    describe: () => address(place),
    target: async () => moved(await source.target()),
    async *alternatives(refused) {
      for await (const other of source.alternatives(refused)) yield moved(other);
    },
    accepted: (target) => source.accepted(originals.get(target) ?? target),
  };
}

export function fixedTarget(target: Target): TargetSource {
  return {
    describe: () => describeTarget(target),
    target: () => Promise.resolve(target),
    async *alternatives() {},
    accepted: () => undefined,
  };
}
