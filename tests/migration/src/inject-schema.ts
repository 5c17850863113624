import { connect } from "@offramp/db";

import type { InjectionReport } from "./inject-rows.ts";
import { INJECTED_SCHEMA_DIFFERENCES } from "./injected-differences.ts";
import { namedDifferences } from "./named-differences.ts";
import { type Ends, offramp } from "./offramp-process.ts";

/** Puts differences into the schema, each into a copy of the target of its own, and looks whether verify names it. */
export async function injectSchema(
  ends: Ends,
  { every }: { readonly every: number },
): Promise<InjectionReport> {
  const wanted = INJECTED_SCHEMA_DIFFERENCES.filter((_, index) => index % every === 0);
  const problems: string[] = [];
  const equal = new URL(ends.targetUrl);
  const admin = connect({ url: withDatabase(equal, "template1"), max: 1 });
  try {
    for (const { name, sql, named } of wanted) {
      // A difference of the catalog alone: rows that go with it are named besides.
      await admin.query({ text: `create database injected template "${equal.pathname.slice(1)}"` });
      const targetUrl = withDatabase(equal, "injected");
      const target = connect({ url: targetUrl, max: 1 });
      await target.query({ text: sql, script: true });
      await target.close();
      const verified = await offramp(["verify", "--json"], { ...ends, targetUrl });
      if (!namedDifferences(verified.stdout).some((line) => line.includes(named)))
        problems.push(`not named: ${name}`);
      await admin.query({ text: "drop database injected with (force)" });
    }
  } finally {
    await admin.close();
  }
  return { tried: wanted.length, named: wanted.length - problems.length, problems };
}

function withDatabase(url: URL, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
