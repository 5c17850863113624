import { connect, type Database, migrate } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { supabaseCompat } from "../../src/index.ts";

const SCHEMA = `
create table clinics (id int primary key, name text not null, hours text);
create table people (id int primary key, full_name text, born timestamptz, weight numeric(6,2), photo bytea, tags text[]);
create table members (clinic_id int references clinics, person_id int references people, primary key (clinic_id, person_id));
create table wards (clinic_id int references clinics, code text, beds int, primary key (clinic_id, code));
create table shifts (id int primary key, clinic_id int, code text, foreign key (clinic_id, code) references wards);
create table counters (id int primary key, n bigint not null default 7, note text default 'none');
create table "quo""ted" (id int primary key, "col""umn" text);
create table notes (id int primary key, owner uuid, body text);
create table open_notes (id int primary key, body text);
create table canary (secret text);
alter table notes enable row level security;
create policy own on notes to authenticated using (owner = auth.uid());
grant select, insert on notes to authenticated;
create function bump(p_id int) returns bigint language sql as $$ update counters set n = n + 1 where id = p_id returning n $$;
create function about_role() returns void language plpgsql as $$ begin raise exception 'the role "x" is odd'; end $$;
insert into clinics values (1, 'North', 'Mon'), (2, 'South', null);
insert into people values (1, 'Ada', '2026-01-02T03:04:05Z', 52.30, '\\xdeadbeef', '{a,"b,c"}'), (2, 'Bo, MD', null, null, null, '{}');
insert into members values (1, 1), (1, 2), (2, 1);
insert into wards values (1, 'A', 10), (2, 'A', 7), (1, 'B', 5);
insert into shifts values (1, 1, 'A'), (2, 2, 'A');
insert into counters (id) values (1);
insert into notes values (1, '00000000-0000-4000-8000-000000000001', 'hers'), (2, null, 'not hers');
insert into "quo""ted" values (1, 'x');
insert into canary values ('bird')`;

export interface TrapsDatabase {
  readonly db: Database;
  column(text: string): Promise<readonly (string | null)[]>;
  close(): Promise<void>;
}

export async function trapsDatabase(): Promise<TrapsDatabase> {
  const server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  const db = connect({ url, max: 4 });
  await migrate(db, [supabaseCompat()]);
  for (const text of SCHEMA.split(/;\n/)) await db.query({ text });
  return {
    db,
    column: async (text) => (await db.query({ text })).map((row) => Object.values(row)[0] ?? null),
    close: async () => {
      await db.close();
      await server.stop();
    },
  };
}
