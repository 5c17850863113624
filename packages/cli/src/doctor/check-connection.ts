import type { Database } from "@offramp/db";

import type { DoctorPoint } from "./point.ts";

/** Whether the server answers, over TLS or not, and which version it is. */
export async function checkConnection(place: string, db: Database): Promise<DoctorPoint> {
  const health = await db.health();
  const name = `${place} answers`;
  if (!health.reachable)
    return {
      name,
      verdict: "failed",
      found: db.description,
      remedy: health.problem ?? "The server did not answer.",
    };
  const tls = health.tls === true ? "over TLS" : "without TLS";
  return {
    name,
    verdict: "passed",
    found: `${db.description}, PostgreSQL ${health.serverVersion ?? "unknown"}, ${tls}, ${Math.round(health.latencyMs ?? 0)} ms`,
  };
}
