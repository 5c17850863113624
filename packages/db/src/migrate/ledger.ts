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

/** What was applied, by source and id. */
export class Ledger {
  readonly #hashes: ReadonlyMap<string, string>;

  private constructor(hashes: ReadonlyMap<string, string>) {
    this.#hashes = hashes;
  }

  /** Creates the table when it is missing; otherwise no right but to read it is needed. */
  static async read(db: Queryable): Promise<Ledger> {
    const [found] = await db.query({ text: "select to_regclass('offramp.migration') is not null as there" });
    if (found?.["there"] !== "t") await db.query({ text: CREATE, script: true });
    const rows = await db.query({ text: "select source, id, hash from offramp.migration" });
    return new Ledger(
      new Map(rows.map((row) => [key(row["source"] ?? "", row["id"] ?? ""), row["hash"] ?? ""])),
    );
  }

  hash(source: string, id: string): string | undefined {
    return this.#hashes.get(key(source, id));
  }
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
