import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runProcess } from "../../../scripts/toolchain/run-process.mjs";

const require = createRequire(import.meta.url);

/** The compilers that applications have: the oldest that is supported, the last of its line, and today's. */
export const COMPILERS = {
  "TypeScript 5.5": "typescript-5.5",
  "TypeScript 5.9": "typescript-5.9",
  "TypeScript 7": "typescript",
} as const;

export type CompilerName = keyof typeof COMPILERS;

export interface Compilation {
  /** Places and messages; empty when the compiler is content. */
  readonly errors: readonly string[];
  /** Everything that it printed. */
  readonly output: string;
}

/** Compiles the project of a configuration file. */
export async function compile(
  compiler: CompilerName,
  configuration: string,
  flags: readonly string[] = [],
): Promise<Compilation> {
  const tsc = join(dirname(require.resolve(`${COMPILERS[compiler]}/package.json`)), "bin", "tsc");
  const { code, output } = await runProcess(
    process.execPath,
    [tsc, "-p", configuration, "--pretty", "false", ...flags],
    { cwd: dirname(configuration), quiet: true },
  );
  const errors = output.split("\n").filter((line) => /error TS\d+: /.test(line));
  if (code !== 0 && errors.length === 0) return { errors: [output || `exit code ${code}`], output };
  return { errors, output };
}
