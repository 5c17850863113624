import type { OfframpCommand } from "../command/command.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption, isPlaceKnown } from "../connection/place.ts";
import { addSchemaOptions, readSchemaOptions, withAvailable } from "../schema/read-schema-options.ts";
import { inspectSource } from "./inspect-source.ts";
import { renderInspection } from "./render-inspection.ts";

/** `offramp inspect` */
export const inspectCommand: OfframpCommand = {
  name: "inspect",
  summary:
    "say what is in the source: tables, extensions, policies, what leans on Supabase, PHI candidates, and the plan",
  configure(command) {
    addPlaceOption(command, "source");
    addPlaceOption(command, "target");
    addSchemaOptions(command);
  },
  async run(context) {
    const source = openPlace(context, "source", { max: 2 });
    const target = isPlaceKnown(context, "target") ? openPlace(context, "target", { max: 1 }) : undefined;
    try {
      const options = await withAvailable(readSchemaOptions(context.options), target);
      context.terminal.note(`Looking at ${source.description}; nothing is changed, and no row is read.`);
      const found = await inspectSource(source, options);
      context.terminal.result(found, () => renderInspection(found, context.terminal.style));
      return found.plan.obstacles.length === 0 ? "done" : "findings";
    } finally {
      await Promise.all([source.close(), target?.close()]);
    }
  },
};
