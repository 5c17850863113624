import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A folder below this package, so that what is compiled in it finds the packages that are installed here. */
export class Workbench {
  readonly folder: string;

  constructor(name: string) {
    this.folder = join(
      fileURLToPath(new URL("../node_modules/.generated/", import.meta.url)),
      `${name}-${process.pid}`,
    );
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  /** Writes a file and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** As an application has it: strict, in a bundler's module resolution, and without looking into declarations. */
export const COMPILER_OPTIONS = {
  target: "es2023",
  lib: ["es2023", "dom"],
  module: "esnext",
  moduleResolution: "bundler",
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
} as const;
