import { ServerError } from "../errors/server-error.ts";
import type { Observe } from "../observation.ts";
import type { Row, Statement } from "../port.ts";
import { planShape, type PlanShape } from "./plan-shape.ts";
import { shapeOf } from "./statement-shape.ts";

/** Statements for which EXPLAIN is there and which have a plan. */
const EXPLAINABLE = /^\s*(?:select|with|values|table|insert|update|delete|merge)\b/i;
const GENERIC_PLAN_SINCE = 16;
const MOST_KEPT = 1_000;

/** A session beside the pool, on which nothing is watched. */
export interface ExplainSession {
  readonly serverVersion: string | undefined;
  ask(statement: Statement): Promise<{ readonly rows: readonly Row[] }>;
}

export interface SlowPlanSettings {
  readonly everyMs: number;
  readonly observe: Observe;
  readonly withSession: <T>(work: (session: ExplainSession) => Promise<T>) => Promise<T>;
}

/**
 * Asks PostgreSQL how it plans statements that were slow: each once per interval, one at a time, beside the pool, and
 * never for its call to wait for. Nothing is executed, and nothing is sent but the text: the plan is the generic one.
 */
export class SlowPlans {
  readonly #settings: SlowPlanSettings;
  readonly #lastAt = new Map<string, number>();
  #busy = false;

  constructor(settings: SlowPlanSettings) {
    this.#settings = settings;
  }

  explain({ text, script }: Statement): void {
    if (this.#busy || script === true || !EXPLAINABLE.test(text)) return;
    const now = performance.now();
    const last = this.#lastAt.get(text);
    if (last !== undefined && now - last < this.#settings.everyMs) return;
    const [oldest] = this.#lastAt.keys();
    if (this.#lastAt.size >= MOST_KEPT && oldest !== undefined) this.#lastAt.delete(oldest);
    this.#lastAt.set(text, now);
    this.#busy = true;
    void this.#tell(text).finally(() => (this.#busy = false));
  }

  async #tell(text: string): Promise<void> {
    const { text: shown, summary } = shapeOf(text);
    const told = { kind: "slowStatementPlan", text: shown, summary } as const;
    const { observe, withSession } = this.#settings;
    try {
      observe({ ...told, plan: await withSession((session) => askForPlan(session, text)) });
    } catch (error) {
      observe({ ...told, problem: problemOf(error) });
    }
  }
}

/** PostgreSQL's documentation, "EXPLAIN" (GENERIC_PLAN) and "PREPARE" (plan_cache_mode). */
async function askForPlan(session: ExplainSession, text: string): Promise<PlanShape> {
  await session.ask({ text: "begin read only" });
  try {
    // Whoever holds a lock on the table makes the statement slow, and would hold this up too.
    await session.ask({ text: "set local lock_timeout = '500ms'" });
    await session.ask({ text: "set local statement_timeout = '2s'" });
    const isNew = Number.parseInt(session.serverVersion ?? "0", 10) >= GENERIC_PLAN_SINCE;
    const { rows } = isNew
      ? await session.ask({ text: `explain (generic_plan, format json) ${text}` })
      : await explainPrepared(session, text);
    const document = rows.map((row) => row["QUERY PLAN"] ?? "").join("\n");
    const [first] = JSON.parse(document) as readonly { readonly Plan?: unknown }[];
    return planShape(first?.Plan);
  } finally {
    await session.ask({ text: "rollback" });
  }
}

async function explainPrepared(session: ExplainSession, text: string): ReturnType<ExplainSession["ask"]> {
  await session.ask({ text: "set local plan_cache_mode = force_generic_plan" });
  await session.ask({ text: `prepare offramp_explain as ${text}` });
  try {
    const places = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
    const nulls = Array.from({ length: Math.max(0, ...places) }, () => "null").join(", ");
    const call = nulls === "" ? "offramp_explain" : `offramp_explain(${nulls})`;
    return await session.ask({ text: `explain (format json) execute ${call}` });
  } finally {
    // In a transaction that failed it is refused, and there is nothing to see in that: the session is closed.
    await session.ask({ text: "deallocate offramp_explain" }).catch(() => undefined);
  }
}

/** By its code alone: a message may quote a literal of the statement. */
function problemOf(error: unknown): string {
  if (error instanceof ServerError) {
    const hint = error.code === "42501" ? ": the login role has no right on a table of the statement" : "";
    return `PostgreSQL refused EXPLAIN (SQLSTATE ${error.code})${hint}`;
  }
  return error instanceof Error ? error.message : String(error);
}
