import type { Database } from "@offramp/db";

import { type DoctorPoint, point } from "./point.ts";

/** Clocks may differ by this much: tokens are judged by time, and records of the trail carry it. */
const MOST_SKEW_MS = 5_000;
/** The oldest major version that Offramp is tested on. */
const OLDEST = 14;

/** Whether the server answers, over TLS or not, which version it is, and whether its clock is right. */
export async function checkConnection(place: string, db: Database): Promise<readonly DoctorPoint[]> {
  const health = await db.health();
  const name = `${place} answers`;
  if (!health.reachable)
    return [
      {
        name,
        verdict: "failed",
        found: db.description,
        remedy: health.problem ?? "The server did not answer.",
      },
    ];
  const { tls, serverVersion = "unknown", latencyMs = 0, clockSkewMs = 0, standby } = health;
  const local = /^(?:localhost|127\.|\[?::1|\/)/.test(db.description);
  return [
    {
      name,
      verdict: "passed",
      found: `${db.description}, PostgreSQL ${serverVersion}, ${Math.round(latencyMs)} ms`,
    },
    point(`${place} TLS`, tls === true || local, {
      found:
        tls === true
          ? "the connection is encrypted"
          : local
            ? "not encrypted, on this machine"
            : "the connection is not encrypted",
      remedy:
        "Take dangerouslyDisableTls or ssl: disable out of the configuration, or sslmode=disable out of the URL.",
    }),
    point(`${place} version`, Number.parseInt(serverVersion, 10) >= OLDEST, {
      found: `PostgreSQL ${serverVersion}`,
      remedy: `Use PostgreSQL ${OLDEST} or newer.`,
    }),
    point(`${place} clock`, Math.abs(clockSkewMs) <= MOST_SKEW_MS, {
      found: `${Math.round(clockSkewMs)} ms ahead of this machine`,
      remedy: "Set the clock of this machine by NTP: timedatectl set-ntp true.",
    }),
    ...(place === "target"
      ? [
          point("target takes writes", standby !== true, {
            found: standby === true ? "it is a standby" : "it is a primary",
            remedy: "Give the address of the primary (on RDS: the writer endpoint).",
          }),
        ]
      : []),
  ];
}
