import type { CommandContext, OfframpCommand } from "../command/command.ts";
import type { Outcome } from "../command/outcome.ts";
import { addPlaceOption, placeOf } from "../connection/place.ts";
import { setSequences } from "../copy/sequences.ts";
import { type OpenFollow, openFollow } from "../follow/open-follow.ts";
import { readSlot } from "../follow/slot/replication-slot.ts";
import { readableBytes, readableSeconds } from "../terminal/progress.ts";
import { type CutoverStep, cutOver } from "./cut-over.ts";
import { readCutover } from "./cutover-state.ts";
import { readWriteStop } from "./read-write-stop.ts";
import { prepareReverse, reversePlans } from "./reverse-plans.ts";
import { switchLines } from "./switch-lines.ts";
import { type TailComparison, verifyTail } from "./verify-tail.ts";
import { sessionsToEnd, type WriteStop } from "./write-stop.ts";

/** `offramp cutover` */
export const cutoverCommand: OfframpCommand = {
  name: "cutover",
  summary: "the runbook as a program: stop writes, drain, compare, set sequences, and say how to switch",
  configure(command) {
    addPlaceOption(command, "source");
    addPlaceOption(command, "target");
    command
      .option(
        "--stop <how>",
        "how writes on the source are stopped: database, roles, or none (you did it)",
        "database",
      )
      .option("--roles <names>", "with --stop roles: the roles of the application, such as authenticator,app")
      .option(
        "--reverse",
        "keep what is written on the target from then on, so that offramp rollback loses nothing",
        false,
      )
      .option("--max-lag <bytes>", "refuse to begin when the target is further behind", "67108864");
  },
  async run(context) {
    const stop = readWriteStop(context.options);
    const open = await openFollow(context);
    try {
      return await run(context, open, stop);
    } finally {
      await open.close();
    }
  },
};

async function run(context: CommandContext, open: OpenFollow, stop: WriteStop): Promise<Outcome> {
  const { terminal, signal, options } = context;
  const { source, target, plans, follow } = open;
  const reversed = options["reverse"] === true ? reversePlans(plans) : undefined;
  await check(context, open);
  const sessions = await sessionsToEnd(source, stop);
  const what = descriptions(open, stop, sessions.length);
  const steps: readonly CutoverStep[] = [
    "stop",
    "drain",
    "verify",
    "sequences",
    ...(reversed === undefined ? [] : (["reverse"] as const)),
  ];
  terminal.note(
    [
      "The runbook:",
      ...steps.map((step, index) => `  ${index + 1}. ${what[step]}`),
      "The pause for writing begins with the first.",
    ].join("\n"),
  );
  let tail: TailComparison = { different: [], notCompared: [] };
  const result = await cutOver(
    open,
    {
      follow,
      stop,
      verify: async () => {
        tail = await verifyTail(open, plans);
        return tail.different.length;
      },
      setSequences: async () => (await setSequences(source, target, plans)).missing,
      ...(reversed === undefined ? {} : { prepareReverse: () => prepareReverse(open, reversed) }),
    },
    {
      signal,
      before: (step) => terminal.confirm(`${what[step]}?`),
      after: (_step, found) => terminal.note(`  ${found}`),
    },
  );
  const lines = switchLines(placeOf(context, "target"), target.description);
  const data = { ...result, ...tail, switched: result.differences === 0, switch: lines };
  terminal.result(
    data,
    () =>
      result.differences > 0
        ? [
            `${tail.different.join(", ")}: the rows differ. The source is still read-only.`,
            "Next: offramp verify names the rows; offramp rollback opens the source again.",
          ].join("\n")
        : [
            `Paused for ${readableSeconds(result.pauseMs / 1_000)}. The target is ready; switch the application:`,
            ...lines.map((line) => `  ${line}`),
            ...tail.notCompared.map((line) => `Not compared in the pause: ${line}. offramp verify does.`),
            ...result.missingSequences.map((name) => `The target has no sequence ${name}.`),
            reversed === undefined
              ? "What is written on the target from now on stays there if you go back (offramp rollback)."
              : "offramp rollback takes what is written on the target back to the source.",
            "Next: offramp codemod swaps the application's imports; deploy it with the new environment. In the end: offramp follow --end.",
          ].join("\n"),
    // Lines to be copied.
    { verbatim: true },
  );
  return result.differences > 0 || result.missingSequences.length > 0 ? "findings" : "done";
}

/** What must hold before anything is stopped. */
async function check({ options }: CommandContext, { source, target, follow }: OpenFollow): Promise<void> {
  const state = await readCutover(target);
  if (state?.phase === "switched")
    throw new Error("This target was switched to already. offramp rollback goes back.");
  const slot = await readSlot(source, follow.slot);
  if (slot === undefined)
    throw new Error(
      "The source has no replication slot for this target: run offramp copy --follow, then offramp follow.",
    );
  const [row] = await source.query({
    text: "select (pg_current_wal_lsn() - confirmed_flush_lsn)::text as behind from pg_replication_slots where slot_name = $1",
    values: [slot.name],
  });
  const [behind, most] = [Number(row?.["behind"]), Number(options["maxLag"])];
  if (behind > most)
    throw new Error(
      `The target is ${readableBytes(behind)} of the source's log behind, and at most ${readableBytes(most)} are allowed (--max-lag). Let offramp follow catch up first, so that the pause stays short.`,
    );
}

function descriptions(
  { source, target, plans }: OpenFollow,
  stop: WriteStop,
  sessions: number,
): Readonly<Record<CutoverStep, string>> {
  const closing =
    stop.kind === "none"
      ? "Take it from you that nobody writes on the source any more"
      : `Make ${stop.kind === "database" ? `the database of ${source.description}` : `the roles ${stop.roles.join(", ")} on ${source.description}`} read-only and end ${sessions} sessions`;
  return {
    stop: closing,
    drain: `Apply what is left of the source's log to ${target.description}`,
    verify: `Compare the rows of ${plans.length} tables on both servers`,
    sequences: "Set the target's sequences",
    reverse: `Keep what is written on ${target.description} from then on`,
    switch: "Switch",
  };
}
