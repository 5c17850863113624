import type { OfframpCommand } from "../command/command.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";
import { setSequences } from "../copy/sequences.ts";
import { readCutover } from "../cutover/cutover-state.ts";
import { planReverse, reversePlans } from "../cutover/reverse-plans.ts";
import { rollBack, type RollbackPlan } from "../cutover/roll-back.ts";
import { EXACT_TEXT } from "../follow/slot/session-settings.ts";
import { survey } from "../tables/survey.ts";

/** `offramp rollback` */
export const rollbackCommand: OfframpCommand = {
  name: "rollback",
  summary:
    "open the source for writing again, with what was written on the target where cutover --reverse kept it",
  configure(command) {
    addPlaceOption(command, "source");
    addPlaceOption(command, "target");
  },
  async run(context) {
    const { terminal, signal } = context;
    const settings = { max: 4, session: EXACT_TEXT };
    const source = openPlace(context, "source", settings);
    const target = openPlace(context, "target", settings);
    try {
      const state = await readCutover(target);
      if (state === undefined || state.phase === "rolled-back") {
        terminal.result({ phase: state?.phase ?? "none" }, () => "There is no cut-over to go back from.");
        return "done";
      }
      let plan: RollbackPlan = { state };
      if (state.reverseSlot !== null) {
        const { tables } = await survey(source, target, {
          tables: context.config.tables ?? {},
          keyWrapper: context.config.keyWrapper,
        });
        const reversed = reversePlans(tables);
        plan = {
          state,
          reverse: await planReverse(source, reversed),
          setSequences: () => setSequences(target, source, reversed),
        };
      }
      const loses = state.phase === "switched" && plan.reverse === undefined;
      await terminal.confirm(
        plan.reverse !== undefined
          ? `Stop writes on ${target.description}, take what was written there back, and open ${source.description}?`
          : `Open ${source.description} for writing again?${loses ? " What was written on the target since the switch stays there." : ""}`,
      );
      const result = await rollBack({ source, target }, plan, { signal });
      terminal.result(result, () =>
        [
          `The source takes writes again; ${result.changes} changes came back from the target.`,
          ...(result.writesLeftBehind
            ? ["Rows written on the target since the switch stayed there: offramp verify names them."]
            : []),
          "Next: give the application its old DATABASE_URL or Supabase client, and restart it.",
        ].join("\n"),
      );
      return result.writesLeftBehind ? "findings" : "done";
    } finally {
      await Promise.all([source.close({ timeoutMs: 1_000 }), target.close({ timeoutMs: 1_000 })]);
    }
  },
};
