import type { Database } from "@offramp/db";

import { preparePosition } from "../follow/apply/position.ts";
import type { FollowPlan } from "../follow/follow-log.ts";
import { planFollow, publishedTables } from "../follow/plan-follow.ts";
import { type FollowNames, prepareFollow } from "../follow/prepare-follow.ts";
import type { CopiedTables } from "../follow/read-copied.ts";
import { isManagedSchema } from "../supabase/managed-schemas.ts";
import { tableText } from "../tables/table-name.ts";
import { isPlain, type TablePlan } from "../tables/table-plan.ts";

/** The names of what takes changes of the target back to the source. */
const REVERSE_NAMES: FollowNames = { slot: "offramp_reverse", publication: "offramp_reverse" };

/**
 * The way back: what is written on the target, for the source. Supabase's own tables stay as they are there: accounts that were
 * made on the target are not Supabase's.
 *
 * @throws {Error} a table was changed on its way, and nothing says how to change it back.
 */
export function reversePlans(plans: readonly TablePlan[]): readonly TablePlan[] {
  const own = plans.filter(({ source }) => !isManagedSchema(source.schema));
  const changed = own.filter((plan) => !isPlain(plan) || plan.columns.length < plan.read.length);
  if (changed.length > 0)
    throw new Error(
      `--reverse: ${changed.map(({ source }) => tableText(source)).join(", ")} changed on the way (drop, map, filter or encrypt), and nothing says how to change it back. Cut over without --reverse, or leave these tables as they are.`,
    );
  return own.map((plan): TablePlan => ({
    ...plan,
    source: plan.target,
    target: plan.source,
    leaves: [],
    columns: plan.columns.map(({ source, target, ...rest }) => ({ ...rest, source: target, target: source })),
    read: plan.columns.map(({ target, type }) => ({ name: target, type })),
    key: plan.key.map((key) => plan.columns.find(({ source }) => source === key)?.target ?? key),
  }));
}

/** What follows the target into the source; nothing of the target was copied there, so every change counts. */
export async function planReverse(source: Database, reversed: readonly TablePlan[]): Promise<FollowPlan> {
  const copied: CopiedTables = new Map(
    reversed.map((plan) => [
      tableText(plan.source),
      { complete: true, since: "", holds: () => "none" as const },
    ]),
  );
  const { tables, obstacles } = await planFollow(source, reversed, { copied });
  if (obstacles.length > 0) throw new Error(`--reverse:\n${obstacles.join("\n")}`);
  return { ...REVERSE_NAMES, tables };
}

/** Lets the target keep its changes from now on. */
export async function prepareReverse(
  databases: { readonly source: Database; readonly target: Database },
  reversed: readonly TablePlan[],
): Promise<string> {
  await preparePosition(databases.source);
  const { tables } = await publishedTables(databases.target, reversed);
  await prepareFollow(databases.target, tables, REVERSE_NAMES);
  return REVERSE_NAMES.slot;
}
