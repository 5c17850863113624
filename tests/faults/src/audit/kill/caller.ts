import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { withActor } from "@offramp/audit";
import { connect } from "@offramp/db";
import { createClient } from "@offramp/supabase-shim";
import { type CallKind, openJournal } from "./journal.ts";
import { CALLER_NAME } from "./scene.ts";
import { seededRandom } from "./seeded-random.ts";

/** A client that calls without end until it is killed. The URL comes in the environment: arguments show in `ps`. */

const { values } = parseArgs({
  options: { name: { type: "string" }, seed: { type: "string" }, journal: { type: "string" } },
});
const { name = "", seed = "0", journal = "" } = values;
const url = process.env["KILL_TEST_URL"] ?? "";

const CALLERS = 4;
const db = connect({ url, max: CALLERS, applicationName: CALLER_NAME });
const supabase = createClient(db, undefined, { watchSchema: false });
type Client = Pick<typeof supabase, "from">;

interface Answer {
  readonly data: unknown;
  readonly error: { readonly code: string } | null;
}

class RolledBackOnPurpose extends Error {}

const random = seededRandom(Number(seed));
const note = openJournal(journal);
const rows = await db.query({ text: "select id from profiles where email like 'p%' order by id" });
const patients = rows.map(({ id }) => id ?? "");
let calls = 0;

process.stdout.write("ready\n");
await Promise.all(Array.from({ length: CALLERS }, callForever));

async function callForever(): Promise<never> {
  const mine: string[] = [];
  for (;;) {
    const dice = random();
    if (dice < 0.3) await read(supabase);
    else if (dice < 0.4) await readMany(supabase);
    else if (dice < 0.6) mine.push(...(await create(supabase)));
    else if (dice < 0.75) await update(supabase);
    else if (dice < 0.85) await remove(supabase, mine.pop());
    else await transaction();
  }
}

function somePatient(): string {
  return patients[Math.floor(random() * patients.length)] ?? "";
}

function read(client: Client, within?: string): Promise<readonly string[]> {
  const id = somePatient();
  return call("READ", () => client.from("profiles").select("id, email, full_name").eq("id", id), within);
}

/** More than PostgreSQL's send buffer holds, so that the first rows are under way before the statement ends. */
function readMany(client: Client): Promise<readonly string[]> {
  return call("READ", () => client.from("profiles").select("id, email, full_name").like("email", "p1%"));
}

function create(client: Client, within?: string): Promise<readonly string[]> {
  return call(
    "CREATE",
    (id) =>
      client
        .from("profiles")
        .insert({ email: `${id}@example.com`, full_name: id })
        .select("id"),
    within,
  );
}

function update(client: Client, within?: string): Promise<readonly string[]> {
  const patient = somePatient();
  return call(
    "UPDATE",
    (id) => client.from("profiles").update({ full_name: id }).eq("id", patient).select("id"),
    within,
  );
}

async function remove(client: Client, patient: string | undefined): Promise<void> {
  if (patient === undefined) return;
  await call("DELETE", () => client.from("profiles").delete().eq("id", patient).select("id"));
}

async function transaction(): Promise<void> {
  const within = `${name}-t${(calls += 1)}`;
  const rollBack = random() < 0.3;
  try {
    await supabase.transaction(async (tx) => {
      await read(tx, within);
      await create(tx, within);
      await update(tx, within);
      if (rollBack) throw new RolledBackOnPurpose();
    });
    note({ at: "committed", transaction: within });
  } catch (thrown) {
    if (thrown instanceof RolledBackOnPurpose) note({ at: "rolled back", transaction: within });
    else await failed(within, thrown);
  }
}

/** Makes one call under a name of its own, and writes down what it was told. */
async function call(
  kind: CallKind,
  run: (id: string) => PromiseLike<Answer>,
  within?: string,
): Promise<readonly string[]> {
  const id = `${name}-${(calls += 1)}`;
  note({ at: "begun", call: id, kind });
  const { data, error } = await withActor({ id: name, purposeOfUse: "TREAT", requestId: id }, async () =>
    run(id),
  );
  if (error !== null) {
    await failed(id, error);
    return [];
  }
  const ids = (data as readonly { readonly id: string }[]).map((row) => row.id);
  note({ at: "answered", call: id, kind, patients: ids, ...(within === undefined ? {} : { within }) });
  return ids;
}

/** While the server recovers from a crash, every call fails at once. */
async function failed(id: string, thrown: unknown): Promise<void> {
  const code = (thrown as { readonly code?: unknown }).code;
  note({ at: "failed", call: id, code: typeof code === "string" ? code : String(thrown) });
  await sleep(20);
}
