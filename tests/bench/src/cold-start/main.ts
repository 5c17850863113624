import { parseArgs } from "node:util";
import type { Arm, FirstRow, LoadedModule, ModuleKind } from "./arm.ts";
import { withBenchClinic } from "./bench-clinic.ts";
import { inFreshProcess } from "./fresh-process.ts";

const usage = `pnpm bench:cold-start      from the start of a process to its first row, with the packages as they are built
    --rounds n              fresh processes per line (default 15)
    --tables n              tables beside the clinic's (default 100)`;

const ARMS: readonly Arm[] = ["postgres.js", "introspection", "snapshot"];
const KINDS: readonly ModuleKind[] = ["import", "require"];
const ENTRIES = ["@offramp/db", "@offramp/audit/context", "@offramp/audit", "@offramp/supabase-shim"];

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    rounds: { type: "string", default: "15" },
    tables: { type: "string", default: "100" },
  },
});

if (values.help) console.log(usage);
else await measure(Number(values.rounds), Number(values.tables));

async function measure(rounds: number, tables: number): Promise<void> {
  await showImportSizes();
  const measured = await withBenchClinic(tables, async ({ url, snapshot }) => {
    const rows = new Map<string, FirstRow[]>();
    // One of each in turn, so that what slows the machine down slows all of them.
    for (let round = 0; round < rounds; round += 1) {
      for (const kind of KINDS) {
        for (const arm of ARMS) {
          const row = await inFreshProcess<FirstRow>("./first-row.mjs", [arm, kind, url, snapshot]);
          const name = nameOf(arm, kind);
          rows.set(name, [...(rows.get(name) ?? []), row]);
        }
      }
    }
    return rows;
  });
  console.log(
    `\nmedians of ${rounds} fresh processes, in ms; beyond: without connecting, which is postgres.js's first row`,
  );
  console.log(line("", ["import", "client", "first row", "cpu", "own", "beyond", "own cpu"]));
  const own: number[] = [];
  const beyond: number[] = [];
  for (const kind of KINDS) {
    const connecting = median(measured.get(nameOf("postgres.js", kind)), ({ row }) => row);
    for (const arm of ARMS) {
      const rows = measured.get(nameOf(arm, kind));
      const imported = median(rows, (row) => row.import);
      const rest = median(rows, ({ client, row }) => client + row) - connecting;
      const cpu = median(rows, (row) => row.cpu);
      const cells = [imported, median(rows, ({ client }) => client), median(rows, ({ row }) => row), cpu];
      const driverCpu = median(measured.get(nameOf("postgres.js", kind)), (row) => row.cpu);
      const shown = arm === "postgres.js" ? cells : [...cells, imported + rest, rest, cpu - driverCpu];
      console.log(
        line(
          nameOf(arm, kind),
          shown.map((ms) => ms.toFixed(1)),
        ),
      );
      if (arm !== "snapshot") continue;
      own.push(imported + rest);
      beyond.push(rest);
    }
  }
  console.log(
    `\nfirst row with a snapshot: ${Math.max(...own).toFixed(0)} ms of our own, ${Math.max(...beyond).toFixed(0)} ms beyond importing and connecting`,
  );
}

async function showImportSizes(): Promise<void> {
  console.log(line("loaded", ["files", "kB"]));
  for (const entry of ENTRIES) {
    for (const kind of KINDS) {
      const loaded = await inFreshProcess<readonly LoadedModule[]>("./loaded-modules.mjs", [entry, kind]);
      const bytes = loaded.reduce((sum, module) => sum + module.bytes, 0);
      console.log(line(`${kind} ${entry}`, [String(loaded.length), (bytes / 1000).toFixed(0)]));
    }
  }
}

function nameOf(arm: Arm, kind: ModuleKind): string {
  return `${arm}, ${kind}`;
}

function line(name: string, cells: readonly string[]): string {
  return `${name.padEnd(34)}${cells.map((cell) => cell.padStart(11)).join("")}`;
}

function median(rows: readonly FirstRow[] = [], of: (row: FirstRow) => number): number {
  const sorted = rows.map(of).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
