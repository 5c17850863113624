import { openTrail } from "@offramp/audit";

import type { OfframpCommand } from "../command/command.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";
import { renderVerified } from "./render-verified.ts";
import { addKeyOptions, addTrailOptions, trailOptions } from "./trail-keys.ts";

/** `offramp audit verify` */
export const verifyCommand: OfframpCommand = {
  name: "verify",
  summary: "hold every record against its seal, and the seals against keys and anchors",
  configure(command) {
    addPlaceOption(command, "target");
    addTrailOptions(command);
    addKeyOptions(command);
  },
  async run(context) {
    const { terminal } = context;
    const options = await trailOptions(context);
    const db = openPlace(context, "target");
    try {
      const report = await openTrail(db, options).verify();
      terminal.result({ database: db.description, ...report }, () =>
        renderVerified(db.description, report, terminal.style),
      );
      // A trail without a seal has nothing to be held against, which is not as good as intact.
      return report.intact && report.seals > 0 ? "done" : "findings";
    } finally {
      await db.close();
    }
  },
};
