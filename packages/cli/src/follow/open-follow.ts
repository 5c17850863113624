import type { Database } from "@offramp/db";
import { KeyRing } from "@offramp/db/encryption";

import type { CommandContext } from "../command/command.ts";
import { openPlace } from "../connection/open-place.ts";
import { survey } from "../tables/survey.ts";
import type { TablePlan } from "../tables/table-plan.ts";
import type { FollowedTable } from "./apply/followed-table.ts";
import { preparePosition } from "./apply/position.ts";
import type { FollowPlan } from "./follow-log.ts";
import { planFollow, publishedTables } from "./plan-follow.ts";
import { FOLLOW_NAMES } from "./prepare-follow.ts";
import { readCopied } from "./read-copied.ts";
import { EXACT_TEXT } from "./slot/session-settings.ts";

/** Both ends, open for following, with what is followed. */
export interface OpenFollow {
  readonly source: Database;
  readonly target: Database;
  readonly plans: readonly TablePlan[];
  readonly follow: FollowPlan;
  close(): Promise<void>;
}

/**
 * Opens both ends and plans what becomes of every table's changes.
 *
 * @throws {Error} something stands in the way; each obstacle is a line with its remedy.
 */
export async function openFollow(context: CommandContext): Promise<OpenFollow> {
  const settings = { max: 4, session: EXACT_TEXT, maxLifetimeMs: 86_400_000 };
  const source = openPlace(context, "source", settings);
  const target = openPlace(context, "target", settings);
  const close = async (): Promise<void> => {
    await Promise.all([source.close({ timeoutMs: 1_000 }), target.close({ timeoutMs: 1_000 })]);
  };
  try {
    const { tables, obstacles } = await survey(source, target, {
      tables: context.config.tables ?? {},
      keyWrapper: context.config.keyWrapper,
    });
    const [sealer, copied] = [await sealerFor(context, target, tables), await readCopied(target)];
    const planned = await planFollow(target, tables, { sealer, copied });
    const all = [...obstacles, ...planned.obstacles];
    if (all.length > 0)
      throw new Error(`The source cannot be followed:\n${all.map((line) => `  ${line}`).join("\n")}`);
    await preparePosition(target);
    const { refreshed } = await publishedTables(source, tables);
    const isRefreshed = ({ schema, name }: FollowedTable): boolean => refreshed.has(`${schema}.${name}`);
    const follow: FollowPlan = {
      ...FOLLOW_NAMES,
      tables: planned.tables.filter((table) => !isRefreshed(table)),
      refreshed: planned.tables.filter(isRefreshed),
    };
    return { source, target, plans: tables, follow, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function sealerFor(
  context: CommandContext,
  target: Database,
  plans: readonly TablePlan[],
): Promise<KeyRing | undefined> {
  const { keyWrapper } = context.config;
  const encrypts = plans.some(({ columns }) => columns.some(({ change }) => change.kind === "encrypt"));
  if (!encrypts || keyWrapper === undefined) return undefined;
  const keys = new KeyRing(target, keyWrapper);
  await keys.ready();
  return keys;
}
