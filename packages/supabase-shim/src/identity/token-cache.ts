import { createHash } from "node:crypto";

/** How many tokens are remembered, as on PostgREST. */
const MAX_ENTRIES = 1000;
/** Milliseconds after which a token is verified again, so that a key that was taken back ends soon. */
const MAX_AGE_MS = 60_000;

interface Entry<T> {
  readonly value: T;
  readonly until: number;
}

/**
 * Tokens whose signature was found right a moment ago. Only that is remembered: their times are checked at every
 * call. They are kept by hash, so that a look into the memory gives no token away.
 */
export class TokenCache<T> {
  readonly #entries = new Map<string, Entry<T>>();

  get(token: string): T | undefined {
    const entry = this.#entries.get(hashOf(token));
    return entry !== undefined && entry.until > Date.now() ? entry.value : undefined;
  }

  set(token: string, value: T): void {
    const hash = hashOf(token);
    this.#entries.delete(hash);
    this.#entries.set(hash, { value, until: Date.now() + MAX_AGE_MS });
    // The oldest entry comes first.
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_ENTRIES) break;
      this.#entries.delete(oldest);
    }
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
