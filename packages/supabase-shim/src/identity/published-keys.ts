import { err, type IdentityError, ok, type Result } from "../errors/index.ts";
import { isSymmetric, type KeyWanted, VerificationKey } from "./verification-key.ts";

/** The part of `jose`'s remote key set that fetches and keeps. */
interface RemoteKeySet {
  readonly fresh: boolean;
  readonly coolingDown: boolean;
  readonly reload: () => Promise<void>;
  readonly jwks: () => { readonly keys: readonly object[] } | undefined;
}

/** Milliseconds that one fetch may take. */
const FETCH_TIMEOUT_MS = 5_000;
/** Milliseconds after which fetched keys are asked for anew. */
const MAX_AGE_MS = 600_000;
/** Milliseconds between two fetches that tokens with unknown keys ask for: anyone can send such a token. */
const COOLDOWN_MS = 30_000;
/** Milliseconds between two tries when a fetch failed. */
const RETRY_MS = 2_000;

/**
 * The keys that an identity provider publishes at a URL, fetched when the first token needs one and kept. A token
 * with a key that is not among them asks for them anew, since providers change their keys; not more often than
 * every half minute.
 */
export class PublishedKeys {
  readonly #url: URL;
  #set: Promise<RemoteKeySet> | undefined;
  #keys: { readonly of: string; readonly list: readonly VerificationKey[] } | undefined;
  #failure: { readonly at: number; readonly error: IdentityError } | undefined;

  constructor(url: URL) {
    this.#url = url;
  }

  async fitting(wanted: KeyWanted): Promise<Result<readonly VerificationKey[], IdentityError>> {
    // A secret is not published: a set that holds one is not to be trusted with it.
    if (isSymmetric(wanted.alg)) return ok([]);
    const set = await this.#remote();
    if (!set.fresh) {
      const failed = await this.#reload(set);
      // Keys that were fetched before serve on while their provider does not answer.
      if (failed !== undefined && set.jwks() === undefined) return err(failed);
    }
    const found = this.#among(set, wanted);
    if (found.length > 0 || set.coolingDown) return ok(found);
    const failed = await this.#reload(set);
    return failed === undefined ? ok(this.#among(set, wanted)) : err(failed);
  }

  #remote(): Promise<RemoteKeySet> {
    this.#set ??= import("jose").then((jose) =>
      jose.createRemoteJWKSet(this.#url, {
        timeoutDuration: FETCH_TIMEOUT_MS,
        cacheMaxAge: MAX_AGE_MS,
        cooldownDuration: COOLDOWN_MS,
      }),
    );
    return this.#set;
  }

  #among(set: RemoteKeySet, wanted: KeyWanted): readonly VerificationKey[] {
    const jwks = set.jwks()?.keys ?? [];
    const text = JSON.stringify(jwks);
    if (this.#keys?.of !== text)
      this.#keys = { of: text, list: jwks.map((jwk) => new VerificationKey({ ...jwk })) };
    return this.#keys.list.filter((key) => key.fits(wanted));
  }

  async #reload(set: RemoteKeySet): Promise<IdentityError | undefined> {
    if (this.#failure !== undefined && Date.now() - this.#failure.at < RETRY_MS) return this.#failure.error;
    try {
      await set.reload();
      this.#failure = undefined;
      return undefined;
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      const error: IdentityError = {
        kind: "keysUnavailable",
        where: `${this.#url.origin}${this.#url.pathname}`,
        why,
      };
      this.#failure = { at: Date.now(), error };
      return error;
    }
  }
}
