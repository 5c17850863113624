import { expect, test } from "vitest";
import type { FirstRow, LoadedModule } from "../src/cold-start/arm.ts";
import { withBenchClinic } from "../src/cold-start/bench-clinic.ts";
import { inFreshProcess } from "../src/cold-start/fresh-process.ts";

/** Packages by name, and our own files by name, without what the bundler adds to tell chunks apart. */
async function loadedBy(entry: string, kind: "import" | "require"): Promise<readonly string[]> {
  const loaded = await inFreshProcess<readonly LoadedModule[]>("./loaded-modules.mjs", [entry, kind]);
  const names = loaded.map(({ url }) => {
    const own = /\/packages\/(?<folder>[^/]+)\/dist\/(?<name>[^/]+?)(?:-[\w-]{8})?\.[cm]js$/.exec(
      url,
    )?.groups;
    return own === undefined
      ? (/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url)
      : `${own["folder"]}/${own["name"]}`;
  });
  return [...new Set(names)].toSorted();
}

// A process that has just started pays for each of them before it can connect.
test.each(["import", "require"] as const)(
  "%s of @offramp/db loads the driver and nothing else",
  async (kind) => {
    const loaded = await loadedBy("@offramp/db", kind);
    expect(loaded.filter((name) => !name.startsWith("db/"))).toEqual(["postgres"]);
    expect(loaded).not.toContain("db/encryption");
  },
);

test.each(["import", "require"] as const)(
  "%s of @offramp/supabase-shim loads neither encryption nor the reports of the audit trail",
  async (kind) => {
    const loaded = await loadedBy("@offramp/supabase-shim", kind);
    expect(loaded.filter((name) => !/^(?:db|supabase-shim)\//.test(name))).toEqual([
      "audit/context",
      "audit/with-actor",
      "postgres",
    ]);
    expect(loaded.filter((name) => name.includes("encryption"))).toEqual([]);
  },
);

test("the first row of a fresh process, with a snapshot, is there without Node's fetch and OpenTelemetry's API", async () => {
  const loads = await withBenchClinic(3, async ({ url, snapshot }) => {
    const rows: (readonly boolean[])[] = [];
    for (const kind of ["import", "require"]) {
      const { loadsFetch, loadsTelemetry } = await inFreshProcess<FirstRow>("./first-row.mjs", [
        "snapshot",
        kind,
        url,
        snapshot,
      ]);
      rows.push([loadsFetch, loadsTelemetry]);
    }
    return rows;
  });
  expect(loads).toEqual([
    [false, false],
    [false, false],
  ]);
});
