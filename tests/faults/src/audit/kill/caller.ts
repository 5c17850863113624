import { flushCompileCache } from "node:module";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { withActor } from "@offramp/audit";
import type { Door } from "./doors/door.ts";
import { openDoors } from "./doors/open-doors.ts";
import { type CallKind, openJournal } from "./journal.ts";
import { seededRandom } from "./seeded-random.ts";

/**
 * A client that calls through its doors without end until it is killed. The URL comes in the environment: arguments
 * show in `ps`.
 */

const { values } = parseArgs({
  options: {
    name: { type: "string" },
    seed: { type: "string" },
    journal: { type: "string" },
    entrance: { type: "string" },
  },
});
const { name = "", seed = "0", journal = "" } = values;
const url = process.env["KILL_TEST_URL"] ?? "";

const CALLERS = 4;
const { db, doors } = await openDoors(values.entrance === "drizzle" ? "drizzle" : "offramp", {
  url,
  connections: CALLERS,
});

class RolledBackOnPurpose extends Error {}

const random = seededRandom(Number(seed));
const note = openJournal(journal);
const rows = await db
  .query({ text: "select id from profiles where email like 'p%' order by id" })
  // It has come while the server recovers from a crash, and is as good as killed.
  .catch(() => process.exit(1));
const patients = rows.map(({ id }) => id ?? "");
let calls = 0;

// Schema, inventory and connections are there before the clock of its life begins.
await Promise.all(doors.map((door) => read(door)));
// Otherwise it is written at the end of the process, which a kill does not let it see.
flushCompileCache();
process.stdout.write("ready\n");
await Promise.all(Array.from({ length: CALLERS }, callForever));

async function callForever(): Promise<never> {
  const mine: string[] = [];
  for (;;) {
    const door = doors[Math.floor(random() * doors.length)];
    if (door === undefined) throw new Error("There is no door.");
    const dice = random();
    if (dice < 0.3) await read(door);
    else if (dice < 0.4) await call({ door, kind: "READ" }, () => door.readMany());
    else if (dice < 0.6) mine.push(...(await create(door)));
    else if (dice < 0.75) await update(door);
    else if (dice < 0.85) await remove(door, mine);
    else if (door.transaction === undefined) await read(door);
    else await transaction(door);
  }
}

function somePatient(): string {
  return patients[Math.floor(random() * patients.length)] ?? "";
}

function read(door: Door, within?: string): Promise<readonly string[]> {
  const patient = somePatient();
  return call({ door, kind: "READ", within }, () => door.read(patient));
}

function create(door: Door, within?: string): Promise<readonly string[]> {
  return call({ door, kind: "CREATE", within }, (id) => door.create(id));
}

function update(door: Door, within?: string): Promise<readonly string[]> {
  const patient = somePatient();
  return call({ door, kind: "UPDATE", within }, (id) => door.update(patient, id));
}

async function remove(door: Door, mine: string[]): Promise<void> {
  const patient = mine.pop();
  if (patient !== undefined) await call({ door, kind: "DELETE" }, () => door.remove(patient));
}

async function transaction(door: Door): Promise<void> {
  const within = `${name}-t${(calls += 1)}`;
  const rollBack = random() < 0.3;
  try {
    await door.transaction?.(async (inside) => {
      await read(inside, within);
      await create(inside, within);
      await update(inside, within);
      if (rollBack) throw new RolledBackOnPurpose();
    });
    note({ at: "committed", transaction: within });
  } catch (thrown) {
    if (thrown instanceof RolledBackOnPurpose) note({ at: "rolled back", transaction: within });
    else await failed(within, thrown);
  }
}

interface Calling {
  readonly door: Door;
  readonly kind: CallKind;
  /** The name of the transaction that it is made in. */
  readonly within?: string | undefined;
}

/** Makes one call under a name of its own, and writes down what it was told. */
async function call(
  { door, kind, within }: Calling,
  run: (id: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const id = `${name}-${(calls += 1)}`;
  note({ at: "begun", call: id, kind, door: door.name });
  let answer: readonly string[];
  try {
    answer = await withActor({ id: name, purposeOfUse: "TREAT", requestId: id }, () => run(id));
  } catch (thrown) {
    await failed(id, thrown);
    return [];
  }
  note({ at: "answered", call: id, kind, patients: answer, ...(within === undefined ? {} : { within }) });
  return answer;
}

/** While the server recovers from a crash, every call fails at once. */
async function failed(id: string, thrown: unknown): Promise<void> {
  const code = (thrown as { readonly code?: unknown }).code;
  note({ at: "failed", call: id, code: typeof code === "string" ? code : String(thrown) });
  await sleep(20);
}
