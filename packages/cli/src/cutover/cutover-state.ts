import type { Database } from "@offramp/db";
import { z } from "zod";

import type { WriteStop } from "./write-stop.ts";

/** How far a cut-over has come: kept in the target, so that a run that was killed goes on and a rollback knows what to undo. */
export interface CutoverState {
  readonly phase: "stopping" | "stopped" | "switched" | "rolled-back";
  readonly stop: WriteStop;
  /** The slot on the target that takes what is written there back to the source. */
  readonly reverseSlot: string | null;
  /** Milliseconds between the last write that the source could take and the moment when the target was ready. */
  readonly pauseMs: number | null;
}

const writeStop: z.ZodType<WriteStop> = z.union([
  z.object({ kind: z.literal("database") }),
  z.object({ kind: z.literal("roles"), roles: z.array(z.string()) }),
  z.object({ kind: z.literal("none") }),
]);

const cutoverState: z.ZodType<CutoverState> = z.object({
  phase: z.enum(["stopping", "stopped", "switched", "rolled-back"]),
  stop: writeStop,
  reverseSlot: z.string().nullable(),
  pauseMs: z.number().nullable(),
});

/** The state of the cut-over into this target; undefined before the first. */
export async function readCutover(target: Database): Promise<CutoverState | undefined> {
  const [there] = await target.query({ text: "select to_regclass('offramp.cutover') is not null as there" });
  if (there?.["there"] !== "t") return undefined;
  const [row] = await target.query({ text: "select state::text as state from offramp.cutover" });
  return typeof row?.["state"] === "string" ? cutoverState.parse(JSON.parse(row["state"])) : undefined;
}

/** Remembers the state. */
export async function storeCutover(target: Database, state: CutoverState): Promise<void> {
  await target.query({
    text: `create schema if not exists offramp;
      create table if not exists offramp.cutover (
        only_one boolean primary key default true check (only_one),
        state jsonb not null,
        changed_at timestamptz not null default now()
      )`,
    script: true,
  });
  await target.query({
    text: `insert into offramp.cutover (state) values ($1::jsonb)
      on conflict (only_one) do update set state = excluded.state, changed_at = now()`,
    values: [JSON.stringify(state)],
  });
}
