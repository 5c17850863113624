import { describeTarget, type Target, type TlsPlan } from "../driver/target.ts";
import { ConnectionError } from "../errors/connection-error.ts";
import { type DatabaseSecret, parseSecret, secretProblem } from "./secret.ts";
import type { TargetSource } from "./target-source.ts";

export interface SecretTargetSettings {
  readonly secretId: string;
  readonly fetch: (secretId: string) => Promise<string>;
  /** Wins over what the secret says. */
  readonly explicit: { readonly [K in "host" | "port" | "database" | "user"]?: Target[K] | undefined };
  /** Used where neither says anything. */
  readonly fallback: { readonly [K in "host" | "port" | "database"]?: Target[K] | undefined };
  readonly tls: (host: string) => TlsPlan;
}

/** A target from a secret: fetched at first use, kept while it works, fetched again after a rotation. */
export class SecretTarget implements TargetSource {
  readonly #settings: SecretTargetSettings;
  #target: Promise<Target> | undefined;
  #known: Target | undefined;

  constructor(settings: SecretTargetSettings) {
    this.#settings = settings;
  }

  describe(): string {
    if (this.#known !== undefined) return describeTarget(this.#known);
    return `the database of secret "${this.#settings.secretId}" (not fetched yet)`;
  }

  target(): Promise<Target> {
    if (this.#target === undefined) {
      const fetching = this.#fetch();
      this.#target = fetching;
      // A failure is not kept: the next use tries again.
      fetching.catch(() => this.#forget(fetching));
    }
    return this.#target;
  }

  renew(failed: Target): boolean {
    // Connections that fail together share one new fetch.
    if (this.#known === failed) this.#forget(this.#target);
    return true;
  }

  #forget(target: Promise<Target> | undefined): void {
    if (this.#target === target) this.#target = undefined;
  }

  async #fetch(): Promise<Target> {
    const { secretId, fetch } = this.#settings;
    const text: unknown = await fetch(secretId).catch((error: unknown) => {
      if (error instanceof ConnectionError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw secretProblem(secretId, `fetchSecret failed: ${reason}`, "Try again, or check that function.");
    });
    this.#known = this.#complete(parseSecret(String(text), secretId));
    return this.#known;
  }

  #complete(secret: DatabaseSecret): Target {
    const { secretId, explicit, fallback, tls } = this.#settings;
    const host = explicit.host ?? secret.host ?? fallback.host;
    const database = explicit.database ?? secret.database ?? fallback.database;
    if (host === undefined || database === undefined) {
      const [key, variable] = host === undefined ? ["host", "PGHOST"] : ["database", "PGDATABASE"];
      throw secretProblem(
        secretId,
        `it does not say the ${key}, which is usual for a password that RDS manages`,
        `Give it with the option "${key}" or the environment variable ${variable}.`,
      );
    }
    return {
      host,
      database,
      port: explicit.port ?? secret.port ?? fallback.port ?? 5432,
      user: explicit.user ?? secret.user,
      password: () => secret.password,
      tls: tls(host),
    };
  }
}
