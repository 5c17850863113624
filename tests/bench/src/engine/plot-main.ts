import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readDataFile } from "./report/data-file.ts";
import { plot } from "./report/plot.ts";

/** `pnpm bench:plot`: draws the README's plot from a data file, by default the reference run's. */
const { values } = parseArgs({
  options: {
    data: { type: "string", default: inPackage("reference.json") },
    out: { type: "string", default: inPackage("reference.svg") },
    callers: { type: "string", default: "32" },
  },
});

await writeFile(values.out, plot(await readDataFile(values.data), Number(values.callers)));
console.log(`drew ${values.out}`);

function inPackage(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}
