import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { runProcess } from "../../../scripts/toolchain/run-process.mjs";
import type { ConsumerProject } from "./consumer-project.ts";

const require = createRequire(import.meta.url);

/** The compilers that users have: today's, and the last one before it. */
export const compilers = {
  "TypeScript 7": require.resolve("typescript/package.json"),
  "TypeScript 5.9": require.resolve("typescript-5.9/package.json"),
} as const;

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
export async function compile(
  project: ConsumerProject,
  compiler: keyof typeof compilers,
  { program, settings }: { program: string; settings: Settings },
): Promise<string[]> {
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
  const tsc = join(dirname(compilers[compiler]), "bin", "tsc");
  const { code, output } = await runProcess(process.execPath, [tsc, "-p", path, "--pretty", "false"], {
    cwd: folder,
    quiet: true,
  });
  if (code === 0) return [];
  const errors = output.split("\n").filter((line) => /: error TS\d+: /.test(line));
  return errors.length > 0 ? errors : [output || `exit code ${code}, without a word`];
}
