import type { Program } from "oxc-parser";

import { type ModuleReference, moduleReferences } from "../source-code/module-references.ts";
import type { FoundUse } from "./found-use.ts";
import type { Issue } from "./scan-use.ts";
import { shimExports } from "./shim-exports.ts";
import { SHIM, SUPABASE_JS, supabasePackage } from "./supabase-package.ts";
import { packageWayOut } from "./way-out.ts";

/** The places of a file that name a package of Supabase. */
export function importUses(program: Program): FoundUse[] {
  return moduleReferences(program).flatMap((reference) => {
    const from = supabasePackage(reference.specifier);
    return from === undefined
      ? []
      : [
          {
            node: reference.node,
            what: `${reference.kind} of ${reference.specifier}`,
            issues: issuesOf(reference, from),
          },
        ];
  });
}

function issuesOf(reference: ModuleReference, from: string): Issue[] {
  if (from === SHIM) return [];
  if (from !== SUPABASE_JS) {
    return [
      {
        rule: "import/package",
        verdict: "notServed",
        message: `${from} is not part of Offramp, which serves queries.`,
        remedy: packageWayOut(from),
      },
    ];
  }
  if (reference.kind === "mock" || reference.kind === "augmentation") {
    return [
      {
        rule: `import/${reference.kind}`,
        verdict: "dynamic",
        message:
          reference.kind === "mock"
            ? `A test replaces ${from} by its name, and will replace nothing once the import is swapped.`
            : `The types of ${from} are added to by its name.`,
        remedy: `Write "${SHIM}" there by hand, where it is still wanted.`,
      },
    ];
  }
  const missing = reference.names
    .map(({ name }) => name)
    .filter((name) => name !== "*" && !shimExports().has(name));
  return missing.map((name) => ({
    rule: "import/name",
    verdict: "notServed",
    message: `The shim has no ${name === "default" ? "default export" : name}.`,
    remedy:
      name === "default"
        ? `Import by name: import { createClient } from "${SHIM}".`
        : `Keep importing ${name} from "${SUPABASE_JS}" while what it belongs to still lives at Supabase.`,
  }));
}
