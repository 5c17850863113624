import { connect, type Database } from "@offramp/db";
import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";

import type { FollowedTable, TargetColumn } from "../../src/follow/apply/followed-table.ts";
import { EXACT_TEXT } from "../../src/follow/slot/session-settings.ts";

/** Two databases of one server that keeps a logical log. */
export interface ServerPair {
  readonly cluster: ThrowawayCluster;
  readonly source: Database;
  readonly target: Database;
  urlOf(database: "source" | "target"): string;
  stop(): Promise<void>;
}

/** Starts the server and runs `schema` on both databases. */
export async function serverPair(schema: string): Promise<ServerPair> {
  const cluster = await throwawayCluster({ settings: { wal_level: "logical" } });
  const urlOf = (database: string): string => {
    const url = new URL(cluster.primary.url);
    url.pathname = `/${database}`;
    return url.href;
  };
  const admin = connect({ url: cluster.primary.url });
  for (const name of ["source", "target"]) await admin.query({ text: `create database ${name}` });
  await admin.close();
  const [source, target] = [urlOf("source"), urlOf("target")].map((url) =>
    connect({ url, session: EXACT_TEXT }),
  ) as [Database, Database];
  for (const db of [source, target]) await db.query({ text: schema, script: true });
  return {
    cluster,
    source,
    target,
    urlOf,
    async stop() {
      await Promise.all([source.close(), target.close()]);
      await cluster.stop();
    },
  };
}

/** A table of the schema public that is followed as it is. */
export async function followedAsIs(target: Database, name: string): Promise<FollowedTable> {
  const rows = await target.query({
    text: `select attname as name, format_type(atttypid, atttypmod) as type, attidentity = 'a' as always,
        exists (select from pg_index where indrelid = attrelid and indisprimary and attnum = any (indkey)) as key
      from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    values: [name],
  });
  const columns = rows.map((row): TargetColumn => ({
    name: String(row["name"]),
    type: String(row["type"]),
    key: row["key"] === "t",
    identityAlways: row["always"] === "t",
  }));
  return {
    schema: "public",
    name,
    target: { schema: "public", name, columns },
    columnOf: new Map(columns.map((column) => [column.name, column.name])),
    copied: () => "none",
  };
}

/** All rows of a table as text, in order. */
export async function rowsOf(db: Database, table: string): Promise<readonly string[]> {
  const rows = await db.query({ text: `select t::text as row from ${table} t order by 1` });
  return rows.map(({ row }) => String(row));
}
