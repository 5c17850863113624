import type { OfframpCommand } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption, type Place } from "../connection/place.ts";
import { examinePlace } from "./examine-place.ts";
import { renderPoints } from "./render-points.ts";

/** `offramp doctor` */
export const doctorCommand: OfframpCommand = {
  name: "doctor",
  summary:
    "check both databases: connection, TLS, roles, row security, compat, audit; with the remedy of each",
  configure(command) {
    addPlaceOption(command, "source");
    addPlaceOption(command, "target");
    command.option("--only <place>", "look at the source or the target alone");
  },
  async run(context) {
    const places = chosen(context.options["only"]).map((place) => ({
      place,
      db: openPlace(context, place, { max: 1 }),
    }));
    try {
      const examined = await Promise.all(places.map(({ place, db }) => examinePlace(place, db)));
      const points = examined.flat();
      context.terminal.result({ points }, () => renderPoints(points, context.terminal.style));
      // What could not be looked at is no finding: nobody knows.
      const unanswered = points.some(
        ({ name, verdict }) => verdict === "unknown" || (verdict === "failed" && name.endsWith(" answers")),
      );
      if (unanswered) return "failed";
      return points.every(({ verdict }) => verdict === "passed") ? "done" : "findings";
    } finally {
      await Promise.all(places.map(({ db }) => db.close()));
    }
  },
};

function chosen(only: unknown): readonly Place[] {
  if (only === undefined) return ["source", "target"];
  if (only === "source" || only === "target") return [only];
  throw new UsageError("--only takes source or target.");
}
