import { type Actor, withActor } from "@offramp/audit";
import type { Database, Statement } from "@offramp/db";
import { createClient } from "@offramp/supabase-shim";
import { statementsOf } from "../statements-of.ts";
import type { BenchDatabase } from "./bench-database.ts";

/** One way to read a patient by its key. */
export type Arm = () => Promise<unknown>;

export type ArmName = "read" | "hand" | "statement" | "offramp";

const actor: Actor = {
  id: "dr-1",
  role: "clinician",
  purposeOfUse: "TREAT",
  application: "clinic",
  requestId: "r-1",
  ip: "192.0.2.7",
  userAgent: "Mozilla/5.0",
};

const READ = `select coalesce(json_agg(r), '[]')::text as body
  from (select id, email, full_name from profiles where id = $1) r`;

/** The best that an expert would write: the read, and the same record in the same statement. */
const HAND = `with r as (select id, email, full_name from profiles where id = $1), record as (
    insert into audit.phi_access_log (
      actor_id, actor_role, purpose_of_use, application, request_id, ip, user_agent, writer_id, writer_call,
      action, relations, columns, filters, record_keys, subjects, row_count)
    select $2, $3, $4, $5, $6, $7, $8, $9, $10, 'READ', '{public.profiles}',
      '{public.profiles.email,public.profiles.full_name}', '{public.profiles.id eq}',
      jsonb_build_object('public.profiles', jsonb_agg(id)), array_agg(id::text), count(*)
    from r)
  select coalesce(json_agg(r), '[]')::text as body from r`;

const WRITER = "6ce4a4a5-76d3-4f5f-a9e0-000000000001";

/**
 * The arms on one database: the read alone, read and record by hand, Offramp's statement sent by hand, and Offramp. What
 * is done by hand goes to postgres.js as it is, prepared, which sends statements behind each other as Offramp's pool does.
 */
export async function armsOn({ db, sql, ids }: BenchDatabase): Promise<Readonly<Record<ArmName, Arm>>> {
  const pick = (): string => ids[Math.floor(Math.random() * ids.length)] ?? "";
  const body = async (text: string, values: readonly (string | null)[]): Promise<unknown> => {
    const [row] = await sql.unsafe<{ body: string }[]>(text, [...values], { prepare: true });
    return JSON.parse(row?.body ?? "[]");
  };
  const supabase = createClient(db, undefined, { watchSchema: false });
  const offramp: Arm = () =>
    withActor(actor, async () => supabase.from("profiles").select("id, email, full_name").eq("id", pick()));
  const own = await statementOf(db);
  let call = 0;
  return {
    read: () => body(READ, [pick()]),
    hand: () =>
      body(HAND, [
        pick(),
        actor.id,
        actor.role ?? null,
        "TREAT",
        actor.application ?? null,
        actor.requestId ?? null,
        actor.ip ?? null,
        actor.userAgent ?? null,
        WRITER,
        String((call += 1)),
      ]),
    statement: () => body(own.text, [pick(), ...(own.values ?? []).slice(1)]),
    offramp,
  };
}

/** The statement that the engine sends for the call. */
async function statementOf(db: Database): Promise<Statement> {
  const nobody = "00000000-0000-4000-8000-000000000000";
  const sent = await statementsOf(db, async (listening) => {
    const client = createClient(listening, undefined, { watchSchema: false });
    await withActor(actor, async () =>
      client.from("profiles").select("id, email, full_name").eq("id", nobody),
    );
  });
  const own = sent.at(-1);
  if (own === undefined) throw new Error("The engine sent no statement of its own.");
  return own;
}
