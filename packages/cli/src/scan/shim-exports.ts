import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { parseSync } from "oxc-parser";

let names: ReadonlySet<string> | undefined;

/** What can be imported from the shim, values and types: read from its own index, which the package carries. */
export function shimExports(): ReadonlySet<string> {
  if (names !== undefined) return names;
  const manifest = createRequire(import.meta.url).resolve("@offramp/supabase-shim/package.json");
  const index = join(dirname(manifest), "src", "index.ts");
  const { module } = parseSync(index, readFileSync(index, "utf8"));
  names = new Set(
    module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ exportName }) => (exportName.name === null ? [] : [exportName.name])),
    ),
  );
  return names;
}
