import { lookup } from "node:dns/promises";
import { isIP, isIPv6 } from "node:net";

import type { Queryable } from "@offramp/db";

import type { HostFacts, ServerFacts } from "./inspection.ts";

/** The server, and what the role that looks may see and do. */
export async function readServer(source: Queryable): Promise<ServerFacts> {
  const [row] = await source.query({
    text: `select current_setting('server_version') as version, current_database() as database,
        pg_database_size(current_database())::text as bytes, current_user as role, r.rolsuper, r.rolbypassrls, r.rolreplication,
        current_setting('wal_level') as wal_level, pg_encoding_to_char(d.encoding) as encoding, d.datcollate as collation
      from pg_roles r, pg_database d where r.rolname = current_user and d.datname = current_database()`,
  });
  return {
    version: row?.["version"] ?? "",
    database: row?.["database"] ?? "",
    bytes: Number(row?.["bytes"]),
    role: row?.["role"] ?? "",
    isSuperuser: row?.["rolsuper"] === "t",
    bypassesRowSecurity: row?.["rolsuper"] === "t" || row?.["rolbypassrls"] === "t",
    mayReplicate: row?.["rolsuper"] === "t" || row?.["rolreplication"] === "t",
    walLevel: row?.["wal_level"] ?? "",
    encoding: row?.["encoding"] ?? "",
    collation: row?.["collation"] ?? "",
  };
}

/** Looks the host's addresses up; a host that has none for us is said to have neither. */
export async function readHost(description: string): Promise<HostFacts> {
  const [, address = ""] = /^(.*)\/[^/]* as /.exec(description) ?? [];
  const [, host = address, port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  const pooler = host.endsWith(".pooler.supabase.com")
    ? { pooler: port === "6543" ? ("transaction" as const) : ("session" as const) }
    : {};
  if (isIP(host) !== 0) return { host, ipv4: !isIPv6(host), ipv6: isIPv6(host), ...pooler };
  const [ipv4, ipv6] = await Promise.all([4, 6].map((family) => has(host, family)));
  return { host, ipv4: ipv4 === true, ipv6: ipv6 === true, ...pooler };
}

async function has(host: string, family: number): Promise<boolean> {
  try {
    await lookup(host, { family });
    return true;
  } catch {
    // No address of that family, or no resolver: both are said by the connection itself when it is made.
    return false;
  }
}
