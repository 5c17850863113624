import { createHmac } from "node:crypto";

import { connect, type Database, quoteIdentifier } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { createHandler, type HandlerConfig } from "@offramp/supabase-shim/http";

/** What came back, in the parts that tests look at. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; a test that asks for it where there is none fails there. */
  readonly json: unknown;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text or bytes as they are, anything else as JSON. */
  readonly body?: unknown;
}

/** A server on a database of its own. */
export interface Door {
  readonly db: Database;
  readonly url: string;
  /** `ask("/rooms?id=eq.1")`, as a client of the server with this configuration. */
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** The same database, served otherwise. */
  serving(config: HandlerConfig): Pick<Door, "ask">;
  close(): Promise<void>;
}

/** At least 32 bytes, as HS256 asks for. */
export const SECRET = "a secret for these tests, and no other";

const DEFAULTS: HandlerConfig = { anonRole: "door_anon", jwt: { secret: SECRET } };

/** Serves what the script makes, in UTC; every call is rolled back unless the configuration says otherwise. */
export async function openDoor(script: string, config: HandlerConfig = {}): Promise<Door> {
  const server = await throwawayPostgres();
  const { url, name } = await server.createDatabase();
  const admin = connect({ url, max: 1 });
  await admin.query({ text: `alter database ${quoteIdentifier(name)} set timezone = 'UTC'` });
  await admin.query({ text: ROLES, script: true });
  await admin.close();
  // The time zone holds for connections that are opened after it was set.
  const db = connect({ url, max: 5 });
  await db.query({ text: script, script: true });
  const serving = (other: HandlerConfig): Pick<Door, "ask"> => {
    const handler = createHandler(db, { ...DEFAULTS, ...other });
    return { ask: (path, asked = {}) => send(handler, path, asked) };
  };
  return {
    db,
    url,
    serving,
    ...serving(config),
    close: async () => {
      await db.close();
      await server.stop();
    },
  };
}

/** Roles are the server's, which other test files share. */
const ROLES = `
  do $$ begin
    perform pg_advisory_xact_lock(7041);
    if not exists (select from pg_roles where rolname = 'door_anon') then create role door_anon; end if;
    if not exists (select from pg_roles where rolname = 'door_user') then create role door_user; end if;
  end $$`;

async function send(
  handler: (request: Request) => Promise<Response>,
  path: string,
  { method = "GET", headers = {}, body }: Asked,
): Promise<Answer> {
  const sent = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const request = new Request(`http://localhost${path}`, {
    method,
    headers,
    ...(sent === undefined ? {} : { body: sent as string }),
  });
  // A Request gives a text body a type of its own, which a client on the wire would not.
  if (headers["Content-Type"] === undefined) request.headers.delete("content-type");
  const response = await handler(request);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json(): unknown {
      return JSON.parse(text) as unknown;
    },
  };
}

/** A JSON Web Token of the claims, HS256. RFC 7519. */
export function tokenOf(claims: Readonly<Record<string, unknown>>): string {
  const signed = [{ alg: "HS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`;
}

/** The headers of a call by the user of these claims. */
export function as(claims: Readonly<Record<string, unknown>>): { readonly Authorization: string } {
  return { Authorization: `Bearer ${tokenOf(claims)}` };
}
