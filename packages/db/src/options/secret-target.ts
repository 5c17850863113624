import { describeTarget, type Target, type TlsPlan } from "../driver/target.ts";
import type { TargetSource } from "../driver/target-source.ts";
import { ConnectionError } from "../errors/connection-error.ts";
import type { Observe } from "../observation.ts";
import { type DatabaseSecret, parseSecret, secretProblem, type SecretStage } from "./secret.ts";

export interface SecretTargetSettings {
  readonly secretId: string;
  readonly fetch: (secretId: string, stage: SecretStage) => Promise<string>;
  readonly refreshMs: number;
  /** Wins over what the secret says. */
  readonly explicit: { readonly [K in "host" | "port" | "database" | "user"]?: Target[K] | undefined };
  /** Used where neither says anything. */
  readonly fallback: { readonly [K in "host" | "port" | "database"]?: Target[K] | undefined };
  readonly tls: (host: string) => TlsPlan;
  readonly observe: Observe;
}

/** A rotation may move the labels between two of our questions, so the last one asks again after this. */
const ASK_AGAIN_AFTER_MS = 200;
const REFRESH_AGAIN_AFTER_MS = 10_000;

/**
 * A target from a secret: fetched at first use, and again in the background when it is old.
 *
 * Who rotates a password changes it in the database first and moves the label AWSCURRENT afterwards. In between only
 * the version AWSPENDING lets one in, and to a replica that lags behind AWSPREVIOUS.
 */
export class SecretTarget implements TargetSource {
  readonly #settings: SecretTargetSettings;
  readonly #fetching = new Map<SecretStage, Promise<Target>>();
  #known: Target | undefined;
  #refreshAt = 0;

  constructor(settings: SecretTargetSettings) {
    this.#settings = settings;
  }

  describe(): string {
    if (this.#known !== undefined) return describeTarget(this.#known);
    return `the database of secret "${this.#settings.secretId}" (not fetched yet)`;
  }

  async target(): Promise<Target> {
    if (this.#known === undefined) {
      const fetched = await this.#fetch("AWSCURRENT");
      // Another caller of the same fetch may have found a better one since.
      if (this.#known === undefined) this.#keep(fetched);
    } else if (performance.now() > this.#refreshAt) void this.#refresh();
    return this.#known as Target;
  }

  async *alternatives(refused: Target): AsyncIterable<Target> {
    const tried = new Set([await credentials(refused)]);
    const isNew = async (target: Target): Promise<boolean> => {
      const known = tried.size;
      return tried.add(await credentials(target)).size > known;
    };
    if (this.#known !== undefined && (await isNew(this.#known))) yield this.#known;
    for (const round of [1, 2]) {
      const current = await this.#fetch("AWSCURRENT");
      if (await isNew(current)) yield current;
      for (const stage of ["AWSPENDING", "AWSPREVIOUS"] as const) {
        // Usually there is none, and the right to read it may be missing.
        const other = await this.#fetch(stage).catch(() => undefined);
        if (other !== undefined && (await isNew(other))) yield other;
      }
      if (round === 2) return;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_AFTER_MS));
      // Several versions: the database may have gone from one to another between our attempts, so that each came at the wrong
      // moment. One version alone is simply wrong.
      if (tried.size > 1) tried.clear();
    }
  }

  accepted(target: Target): void {
    this.#keep(target);
    this.#settings.observe({ kind: "secretRefreshed", secretId: this.#settings.secretId, changed: true });
  }

  /** While it is asked for, the old one serves. */
  async #refresh(): Promise<void> {
    const { secretId, observe } = this.#settings;
    this.#refreshAt = performance.now() + REFRESH_AGAIN_AFTER_MS;
    const before = this.#known;
    try {
      const fetched = await this.#fetch("AWSCURRENT");
      // A connection that was refused meanwhile has found out more.
      if (this.#known !== before || before === undefined) return;
      const changed =
        describeTarget(fetched) !== describeTarget(before) ||
        (await credentials(fetched)) !== (await credentials(before));
      this.#keep(fetched);
      observe({ kind: "secretRefreshed", secretId, changed });
    } catch (error) {
      observe({ kind: "secretRefreshFailed", secretId, error: error as Error });
    }
  }

  #keep(target: Target): void {
    this.#known = target;
    this.#refreshAt = performance.now() + this.#settings.refreshMs;
  }

  /** Connections that ask at the same time share the answer. A failure is not kept: the next use tries again. */
  #fetch(stage: SecretStage): Promise<Target> {
    const running = this.#fetching.get(stage);
    if (running !== undefined) return running;
    const fetching = this.#ask(stage).finally(() => this.#fetching.delete(stage));
    this.#fetching.set(stage, fetching);
    return fetching;
  }

  async #ask(stage: SecretStage): Promise<Target> {
    const { secretId, fetch } = this.#settings;
    const text: unknown = await fetch(secretId, stage).catch((error: unknown) => {
      if (error instanceof ConnectionError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw secretProblem(secretId, `fetchSecret failed: ${reason}`, "Try again, or check that function.");
    });
    return this.#complete(parseSecret(String(text), secretId));
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

async function credentials({ user, password }: Target): Promise<string> {
  return `${user}\0${await password()}`;
}
