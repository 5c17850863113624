import { randomBytes } from "node:crypto";
import { connect } from "../connect.ts";
import type { Database } from "../port.ts";
import { quoteIdentifier } from "../quote-identifier.ts";

/**
 * A database on the throwaway server.
 *
 * @example
 * import { throwawayPostgres, type ThrowawayDatabase } from "@offramp/db/testing";
 *
 * const postgres = await throwawayPostgres();
 * const database: ThrowawayDatabase = await postgres.createDatabase();
 * await database.drop();
 * await postgres.stop();
 */
export interface ThrowawayDatabase {
  readonly name: string;
  readonly url: string;
  /** Ends every session on it and removes it. */
  drop(): Promise<void>;
}

/** The databases that a run creates on one server, and removes again. */
export class Databases {
  readonly #url: string;
  readonly #admin: Database;
  readonly #templates = new Map<string, string>();
  readonly #created = new Set<string>();
  #strategy: Promise<string> | undefined;

  constructor(url: string) {
    this.#url = url;
    this.#admin = connect({ url, max: 4, applicationName: "offramp throwaway" });
  }

  async create(
    options: { readonly template?: string; readonly name?: string } = {},
  ): Promise<ThrowawayDatabase> {
    const name = options.name ?? freshName("test");
    const template =
      options.template === undefined
        ? ""
        : ` template ${quoteIdentifier(this.#templates.get(options.template) ?? options.template)}`;
    await this.#run(
      `create database ${quoteIdentifier(name)}${template}${template === "" ? "" : await this.#copyStrategy()}`,
    );
    this.#created.add(name);
    return { name, url: withDatabase(this.#url, name), drop: () => this.#drop(name) };
  }

  /** Prepares a database once and freezes it. Resolves to the name of the template. */
  async createTemplate(name: string, prepare: (url: string) => Promise<void>): Promise<string> {
    const template = await this.create({ name: freshName(name) });
    try {
      await prepare(template.url);
    } catch (error) {
      await template.drop();
      throw error;
    }
    // A template can be copied only while nobody is connected to it.
    const quoted = quoteIdentifier(template.name);
    await this.#run(`alter database ${quoted} with allow_connections false is_template true`);
    await this.#admin.query({
      text: "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
      values: [template.name],
    });
    this.#templates.set(name, template.name);
    return template.name;
  }

  async dropAll(): Promise<void> {
    for (const name of this.#created) await this.#drop(name);
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }

  async #drop(name: string): Promise<void> {
    if (!this.#created.delete(name)) return;
    if ([...this.#templates.values()].includes(name)) {
      await this.#run(`alter database ${quoteIdentifier(name)} with is_template false`);
    }
    await this.#run(`drop database if exists ${quoteIdentifier(name)} with (force)`);
  }

  /** Through the log, a small database is copied without the two checkpoints that copying files needs. PostgreSQL 14 has no choice. */
  #copyStrategy(): Promise<string> {
    this.#strategy ??= this.#admin
      .query({ text: "select current_setting('server_version_num')::int >= 150000 as modern" })
      .then((rows) => (rows[0]?.["modern"] === "t" ? " strategy wal_log" : ""));
    return this.#strategy;
  }

  async #run(text: string): Promise<void> {
    await this.#admin.query({ text });
  }
}

function freshName(prefix: string): string {
  return `offramp_${prefix
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, 30)}_${randomBytes(6).toString("hex")}`;
}

function withDatabase(url: string, name: string): string {
  const result = new URL(url);
  result.pathname = `/${encodeURIComponent(name)}`;
  return result.href;
}
