import { randomBytes } from "node:crypto";
import { connect, type Database, migrate, quoteIdentifier } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { supabaseCompat } from "../../src/index.ts";

export const ADA = "00000000-0000-4000-8000-000000000001";
export const GRACE = "00000000-0000-4000-8000-000000000002";

const TABLES = `
  create table notes (id int primary key, owner uuid not null default auth.uid(), body text not null);
  alter table notes enable row level security;
  create policy own_notes on notes for all to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
  create policy seen_from_clinic on notes for select to anon
    using (current_setting('request.headers', true)::json ->> 'x-site' = 'clinic');
  create table secrets (id int primary key, body text not null);
  create function call_facts() returns json language sql stable as $$
    select json_build_object(
      'user', current_user, 'uid', auth.uid(), 'role', auth.role(), 'email', auth.email(), 'claims', auth.jwt(),
      'method', current_setting('request.method', true), 'path', current_setting('request.path', true),
      'headers', nullif(current_setting('request.headers', true), '')::json
    )
  $$;
  create function call_facts_written() returns json language sql volatile as $$ select call_facts() $$;
  grant select on notes to anon;
  grant select, insert, update, delete on notes to authenticated, service_role;
  grant select on secrets to service_role;
  insert into notes (id, owner, body) values (1, '${ADA}', 'ada 1'), (2, '${ADA}', 'ada 2'), (3, '${GRACE}', 'grace 1');
  insert into secrets values (1, 'for the service');
`;

/** A database with Supabase's roles, a table with row level security, and a login role as PostgREST has one. */
export interface UserDatabase {
  /** As the superuser who made it. */
  readonly owner: Database;
  readonly ownerUrl: string;
  /** As a role with no rights of its own that may become `anon`, `authenticated` and `service_role`. */
  readonly url: string;
  /** The name of that role. */
  readonly login: string;
  /** As a role that may become none of them, and reads `notes` past row level security. */
  readonly loneUrl: string;
  /** The first column, past the client. */
  column(text: string): Promise<readonly (string | null)[]>;
  close(): Promise<void>;
}

export async function userDatabase(): Promise<UserDatabase> {
  const server = await throwawayPostgres();
  const { url: ownerUrl } = await server.createDatabase();
  const owner = connect({ url: ownerUrl, max: 2 });
  await migrate(owner, [supabaseCompat()]);
  // Roles belong to the server, which other tests share.
  const suffix = randomBytes(4).toString("hex");
  const [login, lone] = [`login_${suffix}`, `lone_${suffix}`];
  const script = `${TABLES}
    create role ${quoteIdentifier(login)} login noinherit password 'secret';
    grant anon, authenticated, service_role to ${quoteIdentifier(login)};
    create role ${quoteIdentifier(lone)} login bypassrls password 'secret';
    grant select on notes to ${quoteIdentifier(lone)};`;
  await owner.query({ text: script, script: true });
  return {
    owner,
    ownerUrl,
    url: asRole(ownerUrl, login),
    login,
    loneUrl: asRole(ownerUrl, lone),
    column: async (text) => (await owner.query({ text })).map((row) => Object.values(row)[0] ?? null),
    close: async () => {
      for (const role of [login, lone]) {
        const name = quoteIdentifier(role);
        await owner.query({ text: `drop owned by ${name}; drop role ${name}`, script: true });
      }
      await owner.close();
      await server.stop();
    },
  };
}

function asRole(url: string, role: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = "secret";
  return changed.href;
}
