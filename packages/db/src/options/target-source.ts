import { describeTarget, type Target } from "../driver/target.ts";

/** Where connections lead. A secret may have to be fetched first, and may change while the process runs. */
export interface TargetSource {
  /** For messages; without a secret. */
  describe(): string;
  /** @throws {ConnectionError} the secret cannot be had or does not say enough. */
  target(): Promise<Target>;
  /** Called when the server refused the credentials of `failed`: true when the next {@link target} may bring others. */
  renew(failed: Target): boolean;
}

export function fixedTarget(target: Target): TargetSource {
  return {
    describe: () => describeTarget(target),
    target: () => Promise.resolve(target),
    renew: () => false,
  };
}
