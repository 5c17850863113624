/** The lines of two texts, each marked `-` (only in the first), `+` (only in the second) or blank (in both). */
export function lineDiff(before: string, after: string): readonly string[] {
  const one = before.split("\n");
  const other = after.split("\n");
  const common = commonLengths(one, other);
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      lines.push(`  ${one[i]}`);
      i += 1;
      j += 1;
    } else if (j >= other.length || (i < one.length && at(common, i + 1, j) >= at(common, i, j + 1))) {
      lines.push(`- ${one[i]}`);
      i += 1;
    } else {
      lines.push(`+ ${other[j]}`);
      j += 1;
    }
  }
  return lines;
}

/** At [i][j], the length of the longest common subsequence of the lines from i and from j on. */
function commonLengths(one: readonly string[], other: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: one.length + 1 }, () =>
    Array.from({ length: other.length + 1 }, () => 0),
  );
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      if (row === undefined) continue;
      row[j] =
        one[i] === other[j]
          ? at(table, i + 1, j + 1) + 1
          : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}

function at(table: readonly (readonly number[])[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}
