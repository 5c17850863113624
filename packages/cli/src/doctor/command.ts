import type { Database } from "@offramp/db";

import type { OfframpCommand } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption, type Place } from "../connection/place.ts";
import { checkExtensions } from "./check-extensions.ts";
import { examinePlace, unknown } from "./examine-place.ts";
import type { DoctorPoint } from "./point.ts";
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
      const answering = places.filter((_, index) => examined[index]?.[0]?.verdict === "passed");
      const points = [...examined.flat(), ...(await extensions(answering))];
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

/** What the source uses, against what the target, or RDS, has. Without a source that answers there is nothing to compare. */
async function extensions(
  answering: readonly { readonly place: Place; readonly db: Database }[],
): Promise<readonly DoctorPoint[]> {
  const at = (wanted: Place): Database | undefined => answering.find(({ place }) => place === wanted)?.db;
  const source = at("source");
  if (source === undefined) return [];
  try {
    return await checkExtensions(source, at("target"));
  } catch (error) {
    return [unknown("extensions", error instanceof Error ? error.message : String(error))];
  }
}

function chosen(only: unknown): readonly Place[] {
  if (only === undefined) return ["source", "target"];
  if (only === "source" || only === "target") return [only];
  throw new UsageError("--only takes source or target.");
}
