import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { SHIM, SUPABASE_JS } from "../scan/supabase-package.ts";

const ENTRY = new RegExp(`(^|[{,])(\\s*)"${SUPABASE_JS}"(\\s*:\\s*)"[^"]*"`);

/**
 * A manifest with the shim in the place of supabase-js, or before it where the application still needs that too. The
 * rest of the text stays as it is. Undefined where there is nothing to change.
 */
export function swapDependency(text: string, stillNeeded: boolean): string | undefined {
  const entry = ENTRY.exec(text);
  if (entry === null || text.includes(`"${SHIM}"`)) return undefined;
  const [whole, before = "", space = "", colon = ": "] = entry;
  const shim = `${before}${space}"${SHIM}"${colon}"${shimRange()}"`;
  const rest = stillNeeded ? `${shim},${whole.slice(before.length)}` : shim;
  return text.slice(0, entry.index) + rest + text.slice(entry.index + whole.length);
}

/** The version of the shim that this command knows. */
function shimRange(): string {
  const path = createRequire(import.meta.url).resolve(`${SHIM}/package.json`);
  const manifest = JSON.parse(readFileSync(path, "utf8")) as { readonly version: string };
  return `^${manifest.version}`;
}
