import type { Arm } from "./arms/arm.ts";
import type { BenchDatabase } from "./bench-database.ts";
import type { Workload } from "./workload.ts";

/**
 * Holds every arm to the answer of the first, or to what its write left behind. Keys and rows may come in any order: SQL
 * promises none that was not asked for.
 *
 * @throws {Error} an arm answers otherwise. What it measured would be something else.
 */
export async function checkSameAnswer(
  database: BenchDatabase,
  workload: Workload,
  arms: readonly Arm[],
): Promise<void> {
  let expected: string | undefined;
  for (const arm of arms) {
    const call = arm.call(database, workload);
    if (call === undefined) continue;
    const { effect } = workload;
    if (effect !== undefined) await database.hand.unsafe(effect.reset);
    const answer = await call(12_345);
    const left = effect === undefined ? answer : [...(await database.hand.unsafe(effect.left))];
    const found = JSON.stringify(inOrder(left));
    expected ??= found;
    if (found !== expected) {
      throw new Error(
        `${workload.name}: ${arm.name} answers otherwise than ${arms[0]?.name ?? "the first arm"}: ` +
          `${found.slice(0, 200)} instead of ${expected.slice(0, 200)}`,
      );
    }
  }
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .map(inOrder)
      .map((item) => [JSON.stringify(item), item] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, item]) => item);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, inOrder(item)]),
  );
}
