import { type Actor, withActor } from "@offramp/audit";
import { type Database, quoteIdentifier } from "@offramp/db";
import { createClient } from "@offramp/supabase-shim";
import { type InstantDatabase, instantDatabase } from "./instant-database.ts";

/** One kind of call through the engine, and what of it is the driver's. */
export interface EngineCall {
  readonly name: string;
  readonly ours: () => Promise<unknown>;
  /** The same statement sent and its JSON read: what a call by hand does, too. */
  readonly driver: () => Promise<unknown>;
}

const TABLE = quoteIdentifier("measured");

const SETUP = `create table ${TABLE} (
    id integer primary key, name text not null, email text not null, age integer, tags text[], note text);
  create table measured_child (id integer primary key, measured_id integer not null references ${TABLE}, title text);
  insert into ${TABLE} select n, 'Name ' || n, n || '@example.com', n % 90, '{a,b}', 'note'
    from generate_series(1, 1000) as n;
  insert into measured_child select n, 1 + n % 1000, 'Title ' || n from generate_series(1, 3000) as n;
  create function measured_sum(a integer, b integer) returns integer language sql volatile as 'select a + b'`;

const actor: Actor = { id: "dr-1", role: "clinician", purposeOfUse: "TREAT", ip: "192.0.2.7" };

/** The calls, on a database that has the audit trail's own tables and the clinic's. */
export async function engineCalls(real: Database): Promise<readonly EngineCall[]> {
  await real.query({ text: SETUP, script: true });
  const instant = instantDatabase(real);
  const supabase = createClient(instant.db, undefined, { watchSchema: false });
  let turn = 0;
  const id = (): number => (turn = (turn % 1000) + 1);
  const calls: Readonly<Record<string, () => PromiseLike<{ readonly error: unknown }>>> = {
    "row by key": () => supabase.from("measured").select("id, name, email").eq("id", id()),
    "row by key, single": () => supabase.from("measured").select("id, name, email").eq("id", id()).single(),
    "page with count": () =>
      supabase
        .from("measured")
        .select("id, name", { count: "exact" })
        .order("id")
        .range(id(), id() + 9),
    "three filters and an embed": () =>
      supabase
        .from("measured")
        .select("id, name, measured_child(id, title)")
        .gte("age", id())
        .lt("id", 20)
        .ilike("name", "name%")
        .order("id"),
    update: () => supabase.from("measured").update({ note: "other" }).eq("id", id()),
    "insert, one row": () =>
      supabase.from("measured").insert({ id: 1000 + id(), name: "New", email: "new@example.com" }),
    rpc: () => supabase.rpc("measured_sum", { a: id(), b: 1 }),
    "row by key, audited": () =>
      withActor(actor, async () =>
        supabase.from("profiles").select("id, email, full_name").eq("email", "p1@example.com"),
      ),
  };
  const made: EngineCall[] = [];
  for (const [name, call] of Object.entries(calls)) made.push(await callOf(name, call, instant));
  return made;
}

/** @throws {Error} the call fails, so that its time would say nothing. */
async function callOf(
  name: string,
  call: () => PromiseLike<{ readonly error: unknown }>,
  instant: InstantDatabase,
): Promise<EngineCall> {
  const { error } = await call();
  if (error !== null) throw new Error(`${name}: ${JSON.stringify(error)}`);
  const statement = instant.lastSent();
  if (statement === undefined) throw new Error(`${name}: no statement was sent.`);
  return {
    name,
    ours: async () => call(),
    driver: async () => {
      const [row] = await instant.db.query(statement);
      return JSON.parse(row?.["body"] ?? "null") as unknown;
    },
  };
}
