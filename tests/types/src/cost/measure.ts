import { compile, type CompilerName } from "../compilers.ts";
import { SIDES } from "../oracle/oracle-source.ts";
import { COMPILER_OPTIONS, Workbench } from "../workbench.ts";
import { applicationOf, databaseOf, type Workload } from "./workload.ts";

export type Side = keyof typeof SIDES;

/** What the compiler says that checking a program took. */
export interface Cost {
  readonly instantiations: number;
  readonly checkSeconds: number;
  readonly megabytes: number;
}

export type Costs = Readonly<Record<Side, readonly Cost[]>>;

/**
 * Checks the application of a workload with either client, in turns, so that what else the machine does hits both.
 *
 * @throws {Error} the application does not compile.
 */
export async function measure(
  workload: Workload,
  { compiler, rounds }: { readonly compiler: CompilerName; readonly rounds: number },
): Promise<Costs> {
  using bench = new Workbench(`cost-${workload.tables}`);
  bench.write("database.types.ts", databaseOf(workload));
  const sides = Object.keys(SIDES) as Side[];
  const projects = new Map(
    sides.map((side) => {
      bench.write(`${side}.ts`, applicationOf(workload, SIDES[side].module));
      const configuration = { compilerOptions: COMPILER_OPTIONS, files: [`${side}.ts`] };
      return [side, bench.write(`tsconfig.${side}.json`, JSON.stringify(configuration))];
    }),
  );
  const costs: Record<Side, Cost[]> = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const { errors, output } = await compile(compiler, projects.get(side) ?? "", ["--extendedDiagnostics"]);
      if (errors.length > 0)
        throw new Error(`${workload.name} with ${SIDES[side].module}:\n${errors.slice(0, 5).join("\n")}`);
      costs[side].push(costOf(output));
    }
  }
  return costs;
}

function costOf(output: string): Cost {
  const figure = (label: string): number => {
    const found = new RegExp(`^${label}:\\s+([\\d.]+)`, "m").exec(output)?.[1];
    if (found === undefined) throw new Error(`the compiler did not say "${label}":\n${output}`);
    return Number(found);
  };
  return {
    instantiations: figure("Instantiations"),
    checkSeconds: figure("Check time"),
    megabytes: figure("Memory used") / 1024,
  };
}
