import { trailServer } from "./sealed-trail.ts";
import { TAMPERINGS, unnamed } from "./tampering.ts";

/** How many manipulations were tried, how many were named, and what was said where one was not. */
export interface TamperingResult {
  readonly tried: number;
  readonly named: number;
  readonly unnamed: readonly string[];
}

/** Tries every manipulation on a sealed trail of its own, and the trail that nobody touched. */
export async function runTampering(): Promise<TamperingResult> {
  const server = await trailServer();
  const failures: string[] = [];
  let named = 0;
  try {
    const honest = await server.sealed();
    const { intact, findings } = await honest.trail.verify();
    await honest.close();
    if (!intact || findings.length > 0) failures.push(`an honest trail: ${JSON.stringify(findings)}`);
    for (const tampering of TAMPERINGS) {
      const sealed = await server.sealed();
      const missing = await unnamed(tampering, sealed);
      await sealed.close();
      failures.push(...missing);
      if (missing.length === 0) named += 1;
      console.log(`  ${missing.length === 0 ? "named " : "UNSEEN"}  ${tampering.name}`);
    }
  } finally {
    await server.stop();
  }
  return { tried: TAMPERINGS.length, named, unnamed: failures };
}
