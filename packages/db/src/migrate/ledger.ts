import type { Queryable } from "../port.ts";
import type { Migration } from "./migration.ts";

/** The table that remembers what was applied: `offramp.migration`. */
const CREATE = `
create schema if not exists offramp;
create table if not exists offramp.migration (
  source text not null,
  id text not null,
  hash text not null,
  repeatable boolean not null default false,
  applied_at timestamptz not null default now(),
  duration_ms integer not null,
  primary key (source, id)
);`;

interface Entry {
  readonly source: string;
  readonly id: string;
  readonly hash: string;
  readonly repeatable: boolean;
}

/** What was applied, by source and id. */
export class Ledger {
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
  }

  /** No right but to read the table is needed; where it is missing, nothing was applied. */
  static async read(db: Queryable): Promise<Ledger> {
    if (!(await isThere(db))) return new Ledger(new Map());
    const rows = await db.query({
      text: "select source, id, hash, repeatable from offramp.migration order by applied_at, id",
    });
    return new Ledger(
      new Map(
        rows.map(({ source, id, hash, repeatable }) => [
          key(source ?? "", id ?? ""),
          { source: source ?? "", id: id ?? "", hash: hash ?? "", repeatable: repeatable === "t" },
        ]),
      ),
    );
  }

  /** Creates the table where it is missing. Where it is there, no right to create anything is needed. */
  static async create(db: Queryable): Promise<void> {
    if (!(await isThere(db))) await db.query({ text: CREATE, script: true });
  }

  hash(source: string, id: string): string | undefined {
    return this.#entries.get(key(source, id))?.hash;
  }

  /** What a source applied that runs once, in the order of time. */
  appliedOnce(source: string): readonly string[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.source === source && !entry.repeatable)
      .map(({ id }) => id);
  }
}

async function isThere(db: Queryable): Promise<boolean> {
  const [found] = await db.query({ text: "select to_regclass('offramp.migration') is not null as there" });
  return found?.["there"] === "t";
}

export async function writeLedger(
  db: Queryable,
  source: string,
  applied: { readonly migration: Migration; readonly ms: number },
): Promise<void> {
  const { id, hash, repeatable = false } = applied.migration;
  await db.query({
    text:
      "insert into offramp.migration (source, id, hash, repeatable, duration_ms) values ($1, $2, $3, $4, $5) " +
      "on conflict (source, id) do update set hash = excluded.hash, applied_at = now(), duration_ms = excluded.duration_ms",
    values: [source, id, hash, String(repeatable), String(Math.round(applied.ms))],
  });
}

function key(source: string, id: string): string {
  return `${source}\0${id}`;
}
