import { throwawayCluster } from "@offramp/db/testing";

import { type Ends, offrampDone } from "../offramp-process.ts";
import { supabaseSource } from "../supabase-source.ts";
import { settle } from "./settle.ts";
import { type Timed, timedOfframp } from "./timed-process.ts";

/** A clinic's move, as the guides describe it. */
export interface PatientsRun {
  readonly copy: Timed;
  readonly verify: Timed;
}

/** Copies a Supabase project with so many patients, their tests, reports and all the rest, and verifies rows and schema. */
export async function patientsRun(
  patients: number,
  settings: Readonly<Record<string, string>>,
): Promise<PatientsRun> {
  const source = await supabaseSource({ scale: patients, settings });
  const target = await throwawayCluster({ settings });
  try {
    const ends: Ends = { sourceUrl: source.url, targetUrl: target.primary.url };
    await offrampDone(["schema", "--apply", "--yes"], ends);
    const admin: Ends = { sourceUrl: source.adminUrl, targetUrl: target.primary.url };
    await settle(admin);
    const copy = await timedOfframp(["copy"], ends);
    await settle(admin);
    return { copy, verify: await timedOfframp(["verify"], ends) };
  } finally {
    await Promise.all([source.stop(), target.stop()]);
  }
}
