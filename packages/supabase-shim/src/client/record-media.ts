import type { MediaType, PlanOption } from "../request/index.ts";
import { changeDraft, failDraft, type Draft } from "./draft.ts";
import { givenOptions } from "./given-options.ts";

/** Which parts of a plan are shown, and how. */
export interface ExplainOptions {
  /** Runs the statement and shows the time that each step took. */
  analyze?: boolean | undefined;
  verbose?: boolean | undefined;
  /** Shows the settings that changed the plan. */
  settings?: boolean | undefined;
  buffers?: boolean | undefined;
  /** Shows what was written to the write-ahead log. */
  wal?: boolean | undefined;
  format?: "json" | "text" | undefined;
}

const planOptions: readonly PlanOption[] = ["analyze", "verbose", "settings", "buffers", "wal"];

/** The last call decides what representation comes back. */
export function recordMedia(draft: Draft, media: MediaType): Draft {
  return changeDraft(draft, { media });
}

/** Records that the plan of the request as it stands is wanted, not its rows. */
export function recordPlan(draft: Draft, given: ExplainOptions | undefined): Draft {
  const { options, error } = givenOptions("explain", given);
  if (error !== undefined) return failDraft(draft, error);
  return recordMedia(draft, {
    kind: "plan",
    of: draft.request.media,
    format: options.format === "json" ? "json" : "text",
    options: planOptions.filter((option) => options[option] === true),
  });
}
