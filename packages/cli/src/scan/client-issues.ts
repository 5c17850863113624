import type { Node } from "oxc-parser";

import { writtenName } from "../source-code/syntax-node.ts";
import type { Argument } from "./argument.ts";
import type { Meaning } from "./meaning.ts";
import type { Issue } from "./scan-use.ts";
import { SHIM, SUPABASE_JS } from "./supabase-package.ts";
import { packageWayOut, wayOut } from "./way-out.ts";

/** Options of supabase-js that the shim takes and does not use, with where they went. A test holds them to its docs. */
export const UNUSED_OPTIONS: Readonly<Record<string, string>> = {
  auth: wayOut("auth"),
  storage: wayOut("storage"),
  realtime: wayOut("realtime"),
  tracePropagation: "Leave it out: there is no HTTP request that could carry a trace.",
};

/** What to know where a client is made. */
export function clientIssues(
  called: Extract<Meaning, { kind: "external" }>,
  nodes: readonly Node[],
  args: readonly Argument[],
): Issue[] {
  // What another package makes is reported where that is imported, and here once more: it is where the work is.
  if (called.from !== SUPABASE_JS && called.from !== SHIM) {
    return [
      {
        rule: "client/package",
        verdict: "notServed",
        message: `${called.name}() of ${called.from} makes a client of Supabase's own.`,
        remedy: packageWayOut(called.from),
      },
    ];
  }
  const [url] = args;
  const issues: Issue[] = [];
  if (
    called.from === SUPABASE_JS &&
    !(url?.kind === "value" && typeof url.value === "string" && /^postgres(?:ql)?:/.test(url.value))
  )
    issues.push({
      rule: "client/target",
      verdict: "note",
      message:
        "With a https:// address the database comes from DATABASE_URL, or from AWS Secrets Manager by DATABASE_SECRET_ID.",
      remedy: "Set one of them where this runs, or give a postgres:// URL here.",
    });
  for (const name of optionNames(nodes[2])) {
    const instead = UNUSED_OPTIONS[name];
    if (instead === undefined) continue;
    issues.push({
      rule: "client/option",
      verdict: "note",
      message: `The option ${name} is taken so that the call compiles, and not used.`,
      remedy: instead,
    });
  }
  return issues;
}

function optionNames(node: Node | undefined): string[] {
  if (node?.type !== "ObjectExpression") return [];
  return node.properties.flatMap((property) => {
    const name = property.type === "Property" ? writtenName(property.key, property.computed) : undefined;
    return name === undefined ? [] : [name];
  });
}
