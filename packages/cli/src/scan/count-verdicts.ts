import type { ScanUse, Verdict } from "./scan-use.ts";

/** How many uses have each verdict. */
export function countVerdicts(uses: readonly ScanUse[]): Readonly<Record<Verdict, number>> {
  const counts = { supported: 0, note: 0, dynamic: 0, notServed: 0, unread: 0 };
  for (const { verdict } of uses) counts[verdict] += 1;
  return counts;
}
