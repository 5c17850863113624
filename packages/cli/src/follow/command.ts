import type { CommandContext, OfframpCommand } from "../command/command.ts";
import type { Outcome } from "../command/outcome.ts";
import { addPlaceOption } from "../connection/place.ts";
import { readableBytes, readableSeconds } from "../terminal/progress.ts";
import { prepareDeltas } from "./deltas/delta-state.ts";
import { followDelta, planDeltas } from "./deltas/follow-deltas.ts";
import { type FollowLag, followLog } from "./follow-log.ts";
import { tryFollowLock } from "./follow-lock.ts";
import { formatLsn } from "./lsn.ts";
import { type OpenFollow, openFollow } from "./open-follow.ts";
import { endFollow, FOLLOW_NAMES } from "./prepare-follow.ts";
import { readCopied } from "./read-copied.ts";
import { refreshAll } from "./refresh/refresh-all.ts";
import { flushedLsn } from "./slot/replication-slot.ts";

/** `offramp follow` */
export const followCommand: OfframpCommand = {
  name: "follow",
  summary:
    "apply what is written on the source since the copy, until it is stopped; run it again and it goes on",
  configure(command) {
    addPlaceOption(command, "source");
    addPlaceOption(command, "target");
    command
      .option("--until-caught-up", "end when everything that is there now has been applied", false)
      .option(
        "--deltas <column>",
        "without a replication slot: take rows by the moment of their last change, such as updated_at",
      )
      .option(
        "--end",
        "drop the replication slot and the publication: the migration is over, or begins anew",
        false,
      );
  },
  async run(context) {
    const open = await openFollow(context);
    try {
      if (context.options["end"] === true) return await end(context, open);
      const lock = await tryFollowLock(open.target, open.follow.slot);
      if (lock === undefined)
        throw new Error("Another offramp follow works into this target. Stop it first, or leave it to it.");
      try {
        const column = context.options["deltas"];
        return typeof column === "string"
          ? await followDeltas(context, open, column)
          : await follow(context, open);
      } finally {
        await lock.release();
      }
    } finally {
      await open.close();
    }
  },
};

async function follow(context: CommandContext, open: OpenFollow): Promise<Outcome> {
  const { terminal, signal } = context;
  const caughtUp = context.options["untilCaughtUp"] === true;
  const until = caughtUp ? { until: await flushedLsn(open.source) } : {};
  terminal.note(
    `Following ${open.follow.tables.length} tables of ${open.source.description}. Ctrl-C stops it; nothing is lost.`,
  );
  for (const { schema, name } of open.follow.refreshed ?? [])
    terminal.note(
      `${schema}.${name}: the source's role cannot publish it (another owner, or unlogged), so it is compared and refreshed when caught up and at the cut-over.`,
    );
  let last: FollowLag | undefined;
  let told = 0;
  const position = await followLog(open, open.follow, {
    signal,
    ...until,
    onLag: (lag) => {
      last = lag;
      if (Date.now() - told < 5_000) return;
      told = Date.now();
      terminal.note(lagLine(lag));
    },
    onInterruption: (reason) => terminal.warning(`${reason} Trying again.`),
  });
  if (!signal.aborted) await refreshAll(open);
  const data = { position: formatLsn(position), changes: last?.changes ?? 0, lagBytes: last?.bytes ?? 0 };
  terminal.result(data, () =>
    [
      `${data.changes} changes applied, up to ${data.position} of the source's log.`,
      "Next: offramp verify, then offramp cutover; or offramp follow again, which goes on from here.",
    ].join("\n"),
  );
  return signal.aborted ? "aborted" : "done";
}

function lagLine({ bytes, ms, changes }: FollowLag): string {
  return `${changes} changes applied; behind by ${readableBytes(bytes)}, ${readableSeconds(ms / 1_000)}`;
}

const ROUND_MS = 5_000;

async function followDeltas(context: CommandContext, open: OpenFollow, column: string): Promise<Outcome> {
  const { terminal, signal } = context;
  const { tables, left } = planDeltas(open.follow.tables, column);
  for (const { schema, name, reason } of left)
    terminal.warning(`${schema}.${name} is not followed: ${reason}.`);
  terminal.warning(
    `Following by "${column}" misses deletes, and changes that leave it as it was. offramp verify finds the rows; offramp copy --restart takes them anew.`,
  );
  await prepareDeltas(open.target);
  const copied = await readCopied(open.target);
  let rows = 0;
  do {
    for (const table of tables) {
      if (signal.aborted) break;
      const since = copied.get(`${table.schema}.${table.name}`)?.since ?? "-infinity";
      rows += (await followDelta(open, table, { column, since })).rows;
    }
    terminal.note(`${rows} rows taken`);
    if (context.options["untilCaughtUp"] === true) break;
    await pause(ROUND_MS, signal);
  } while (!signal.aborted);
  terminal.result({ rows, left }, () => `${rows} rows taken by "${column}". Next: offramp verify.`);
  if (signal.aborted) return "aborted";
  return left.length > 0 ? "findings" : "done";
}

async function end(context: CommandContext, open: OpenFollow): Promise<Outcome> {
  await context.terminal.confirm(
    `Drop the slot and the publication "${FOLLOW_NAMES.slot}" on ${open.source.description}? It cannot be followed from there any more.`,
  );
  await endFollow(open.source);
  context.terminal.result({ ended: true }, () => "The source keeps nothing for the migration any more.");
  return "done";
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
