import type { Database } from "@offramp/db";

import type { Place } from "../connection/place.ts";
import { checkConnection } from "./check-connection.ts";
import { checkSource } from "./check-source.ts";
import { checkTarget } from "./check-target.ts";
import type { DoctorPoint } from "./point.ts";

/** Looks at one end of the migration. What cannot be looked at is `unknown`, and the rest is looked at all the same. */
export async function examinePlace(place: Place, db: Database): Promise<readonly DoctorPoint[]> {
  const connection = await checkConnection(place, db);
  const checks = place === "source" ? checkSource : checkTarget;
  if (connection[0]?.verdict !== "passed")
    return [
      ...connection,
      ...checks.map(({ name }) =>
        unknown(`${place} ${name}`, "not looked at, since the server does not answer"),
      ),
    ];
  const points: DoctorPoint[] = [...connection];
  for (const { name, run } of checks) {
    try {
      points.push(...(await run(db)).map((point) => ({ ...point, name: `${place} ${point.name}` })));
    } catch (error) {
      points.push(unknown(`${place} ${name}`, error instanceof Error ? error.message : String(error)));
    }
  }
  return points;
}

/** What could not be looked at. */
export function unknown(name: string, found: string): DoctorPoint {
  return {
    name,
    verdict: "unknown",
    found,
    remedy: "Mend what stands in the way, and run offramp doctor again.",
  };
}
