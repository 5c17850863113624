import { parseArgs } from "node:util";
import { type CompilerName, COMPILERS } from "../compilers.ts";
import { type Cost, type Costs, measure } from "./measure.ts";
import { WORKLOADS } from "./workload.ts";

const usage = `pnpm bench:types                              both sizes with TypeScript 5.9, five rounds each
pnpm bench:types --compiler "TypeScript 7"    with another compiler: ${Object.keys(COMPILERS).join(", ")}
pnpm bench:types --rounds 2                   fewer rounds`;

const { values } = parseArgs({
  options: {
    compiler: { type: "string", default: "TypeScript 5.9" },
    rounds: { type: "string", default: "5" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(usage);
else await main(compilerNamed(values.compiler), Number(values.rounds));

function compilerNamed(name: string): CompilerName {
  if (name in COMPILERS) return name as CompilerName;
  throw new RangeError(`There is no compiler named ${JSON.stringify(name)}.\n${usage}`);
}

async function main(compiler: CompilerName, rounds: number): Promise<void> {
  console.log(`${compiler}, ${rounds} rounds; medians, and the lowest and highest of the rounds\n`);
  const ratios: { readonly instantiations: number; readonly check: number }[] = [];
  for (const workload of WORKLOADS) {
    const costs = await measure(workload, { compiler, rounds });
    console.log(
      `${workload.name.padEnd(28)}${"ours".padStart(24)}${"supabase-js".padStart(24)}${"ratio".padStart(8)}`,
    );
    const instantiations = row(costs, {
      label: "instantiations",
      digits: 0,
      of: (cost) => cost.instantiations,
    });
    const check = row(costs, { label: "check time, s", digits: 2, of: (cost) => cost.checkSeconds });
    row(costs, { label: "memory, MB", digits: 0, of: (cost) => cost.megabytes });
    console.log("");
    ratios.push({ instantiations, check });
  }
  const worst = (of: (ratio: (typeof ratios)[number]) => number): string =>
    Math.max(...ratios.map(of)).toFixed(2);
  console.log(
    `instantiations ${worst((ratio) => ratio.instantiations)}, check time ${worst((ratio) => ratio.check)} of supabase-js`,
  );
}

/** A line of the table. */
interface Figure {
  readonly label: string;
  readonly digits: number;
  readonly of: (cost: Cost) => number;
}

/** Prints a line of the table, and returns ours as a part of theirs. */
function row(costs: Costs, { label, digits, of }: Figure): number {
  const cell = (side: readonly Cost[]): string => {
    const sorted = side.map(of).toSorted((a, b) => a - b);
    const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
    return low === high
      ? low.toFixed(digits)
      : `${median(sorted).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
  };
  const [ours, theirs] = [median(costs.ours.map(of)), median(costs.theirs.map(of))];
  const ratio = ours / theirs;
  console.log(
    `  ${label.padEnd(26)}${cell(costs.ours).padStart(24)}${cell(costs.theirs).padStart(24)}${ratio.toFixed(2).padStart(8)}`,
  );
  return ratio;
}

function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
