import { type CheckedActor, currentActor } from "@offramp/audit/context";
import type { Database, Queryable, Statement } from "@offramp/db";
import type { ExecuteError } from "../errors/index.ts";
import type { AuditFields, AuditPlan } from "../plan/index.ts";
import { laterRecord } from "../sql/index.ts";
import { actorFields } from "./actor-fields.ts";
import type { AuditWriter } from "./audit-writer.ts";
import type { SessionSource } from "./session.ts";

/** One call's part of the audit record: what its plan says, and who makes it. */
export interface AuditEntry {
  readonly plan: AuditPlan;
  readonly fields: AuditFields;
  readonly writer: AuditWriter;
}

/** Says who makes the call; undefined where no one does. */
export function callingActor({ claims }: SessionSource["identity"]): CheckedActor | undefined {
  const actor = currentActor();
  if (actor !== undefined) return actor;
  // The token whose user's rights the call has.
  const user = claims?.["sub"];
  if (typeof user !== "string" || user === "") return undefined;
  return { id: user.replace(/\0|\p{Surrogate}/gu, "\u{FFFD}") };
}

/** The entry of a call that is about to run; it takes the next number of its writer. */
export function auditEntry(
  plan: AuditPlan,
  { identity, http }: Pick<SessionSource, "identity" | "http">,
  writer: AuditWriter,
): AuditEntry {
  const { call, notes } = writer.next();
  const actor = actorFields(callingActor(identity), http?.headers);
  const details = notes === undefined ? actor.details : { ...actor.details, ...notes };
  const fields: AuditFields = {
    ...actor,
    writer_id: writer.id,
    writer_call: call,
    details: details === undefined ? undefined : JSON.stringify(details),
  };
  return { plan, writer, fields };
}

/** What a call's own statement did not leave in the trail. */
interface LateRecord {
  readonly outcome: "success" | "denied" | "failed";
  readonly sqlstate?: string;
  readonly action?: AuditPlan["action"];
  /** As the statement echoed it: a JSON array of what each record says of the rows. */
  readonly recorded?: string;
}

const NO_ROWS = JSON.stringify([{ record_keys: null, subjects: [], row_count: 0 }]);

/** Adds a call's records after it, outside of its transaction. */
async function recordLate(database: Queryable, entry: AuditEntry, late: LateRecord): Promise<void> {
  await database.query(lateStatement(entry, late));
}

function lateStatement(
  { plan, fields }: AuditEntry,
  { outcome, sqlstate, action = plan.action, recorded = NO_ROWS }: LateRecord,
): Statement {
  const values: AuditFields = {
    ...fields,
    action,
    relations: JSON.stringify(plan.relations),
    columns: JSON.stringify(plan.columns),
    filters: JSON.stringify(plan.filters),
    outcome,
    recorded,
    ...(sqlstate === undefined ? {} : { sqlstate }),
  };
  return {
    text: laterRecord.text,
    values: laterRecord.params.map((param) =>
      param.kind === "audit" ? (values[param.field] ?? null) : null,
    ),
    prepare: true,
  };
}

/**
 * Records what a call inside a transaction is about to show, and commits that before it is shown: the client, or the
 * whole transaction, may not live to say so. `asRead` is for a call that also changes: its change is recorded with it.
 */
export async function recordShown(
  database: Database,
  entry: AuditEntry,
  { recorded, asRead }: { readonly recorded: string | undefined; readonly asRead: boolean },
): Promise<void> {
  await database.aside(
    lateStatement(entry, {
      outcome: "success",
      ...(asRead ? { action: "READ" as const } : {}),
      ...(recorded === undefined ? {} : { recorded }),
    }),
  );
}

/** For a call whose records were undone with what it changed: what was seen stays seen, so it is a READ. */
export async function recordUndone(
  database: Database,
  entry: AuditEntry,
  recorded: string | undefined,
): Promise<void> {
  await recordLate(database, entry, {
    outcome: "success",
    action: "READ",
    ...(recorded === undefined ? {} : { recorded }),
  });
}

const INSUFFICIENT_PRIVILEGE = "42501";

/** How a failure went into the trail. */
export type FailureRecord =
  | { readonly written: true }
  /** The database was not reached, or went away: nothing can be recorded there. */
  | { readonly written: false; readonly reason: "unreached" }
  | { readonly written: false; readonly reason: "refused"; readonly thrown: unknown };

/** Records a call that PostgreSQL refused or that failed. */
export async function recordFailure(
  database: Database,
  entry: AuditEntry,
  error: ExecuteError,
): Promise<FailureRecord> {
  if (error.kind === "aborted" && error.sent === false) {
    entry.writer.noteUnsent(entry.fields);
    return { written: false, reason: "unreached" };
  }
  // Whether the call was carried out is not known, so its number stays open: a call that is unaccounted for.
  if (error.kind === "connection") return { written: false, reason: "unreached" };
  const sqlstate = error.kind === "postgres" ? error.fields.code : undefined;
  try {
    await recordLate(database, entry, {
      outcome: sqlstate === INSUFFICIENT_PRIVILEGE || error.kind === "actorRequired" ? "denied" : "failed",
      ...(sqlstate === undefined ? {} : { sqlstate }),
    });
    return { written: true };
  } catch (thrown) {
    return { written: false, reason: "refused", thrown };
  }
}

/** The error to answer with when a failure could not be recorded: it says both. */
export function unrecordedFailure(error: ExecuteError, thrown: unknown): ExecuteError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const state = error.kind === "postgres" ? ` (SQLSTATE ${error.fields.code})` : "";
  return {
    kind: "internal",
    message: `The call failed${state}, and its failure could not be recorded in the audit trail: ${why}`,
  };
}
