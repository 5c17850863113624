import { open, readFile } from "node:fs/promises";
import type { SignedSeal } from "../seal/seal-statement.ts";
import type { Anchor } from "./anchor.ts";
import { readSealLine, writeSealLine } from "./seal-line.ts";

/**
 * Seals in a file, a line of JSON each, written through to the disk before a seal counts as anchored.
 *
 * @throws {Error} from its methods: the file cannot be written or read.
 *
 * @example
 * ```ts
 * import { fileAnchor } from "@offramp/audit";
 *
 * const anchor = fileAnchor("/mnt/anchor/clinic-seals.ndjson");
 * for await (const [number, seal] of anchor.read()) console.log(number, seal.signature);
 * ```
 */
export function fileAnchor(path: string): Anchor {
  return {
    name: `file ${path}`,
    async append(number, seal) {
      const before = await textOf(path);
      const file = await open(path, "a", 0o600);
      try {
        // A line that a killed process did not finish is ended here; its seal is added again.
        const start = before === "" || before.endsWith("\n") ? "" : "\n";
        await file.writeFile(`${start}${writeSealLine(number, seal)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    async *read() {
      const seals = new Map<number, SignedSeal>();
      for (const line of (await textOf(path)).split("\n")) {
        // What is no seal is passed over: the number that it should have had is then missing, and is told so.
        const entry = readSealLine(line);
        // Of a number that stands twice the first counts: nobody changes it by adding a line.
        if (entry !== undefined && !seals.has(entry[0])) seals.set(...entry);
      }
      // Two processes that sealed at once may have come here in another order.
      yield* [...seals].toSorted(([one], [other]) => one - other);
    },
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
