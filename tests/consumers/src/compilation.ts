import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type CompilerName, compile } from "@offramp/tests-types/compilers";
import type { ConsumerProject } from "./consumer-project.ts";

/** How a user's project finds modules. */
export interface Settings {
  readonly kind: "esm" | "cjs";
  readonly module: string;
  readonly moduleResolution: string;
}

/** How many programs were written; each gets a name of its own. */
let files = 0;

/**
 * Compiles a program of the consumer with the strictest settings, declarations of the libraries included.
 *
 * @returns the places and messages that the compiler complains about; empty when it is content
 */
export async function compileProgram(
  project: ConsumerProject,
  compiler: CompilerName,
  { program, settings }: { program: string; settings: Settings },
): Promise<readonly string[]> {
  files += 1;
  const name = `program-${files}`;
  const folder = join(project.folder, settings.kind);
  writeFileSync(join(folder, `${name}.ts`), program);
  const configuration = {
    compilerOptions: {
      module: settings.module,
      moduleResolution: settings.moduleResolution,
      target: "es2023",
      lib: ["es2023"],
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    },
    files: [`${name}.ts`],
  };
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(configuration));
  return (await compile(compiler, path)).errors;
}

/**
 * Whoever imports Drizzle's tables compiles Drizzle's declarations, and those (0.45) do not hold without skipLibCheck,
 * ours or not: they name drivers of other databases and break their own interfaces.
 */
export function withoutErrorsOfDrizzle(errors: readonly string[]): string[] {
  return errors.filter((error) => !error.includes("node_modules/drizzle-orm/"));
}
