import type { OfframpCommand } from "../command/command.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";
import { checkConnection } from "./check-connection.ts";
import { renderPoints } from "./render-points.ts";

/** `offramp doctor` */
export const doctorCommand: OfframpCommand = {
  name: "doctor",
  summary: "check that both databases can be reached, and say what to do where one cannot",
  configure(command) {
    addPlaceOption(command, "source");
    addPlaceOption(command, "target");
  },
  async run(context) {
    const places = (["source", "target"] as const).map((place) => ({ place, db: openPlace(context, place) }));
    try {
      const points = await Promise.all(places.map(({ place, db }) => checkConnection(place, db)));
      context.terminal.result({ points }, () => renderPoints(points, context.terminal.style));
      return points.every(({ verdict }) => verdict === "passed") ? "done" : "failed";
    } finally {
      await Promise.all(places.map(({ db }) => db.close()));
    }
  },
};
