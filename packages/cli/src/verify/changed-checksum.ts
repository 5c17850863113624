import { createHash } from "node:crypto";

import type { Values } from "./changed-rows.ts";

/** Rows and the sum of their digests: neither depends on an order, and a doubled row changes both. */
export interface Checksum {
  readonly rows: number;
  /** Of 128 bits, word by word. */
  readonly sum: string;
}

/** Adds up rows that are read here. Nothing of them is held. */
export async function checksumOf(blocks: AsyncIterable<readonly Values[]>): Promise<Checksum> {
  const words = new Uint32Array(4);
  let rows = 0;
  for await (const block of blocks)
    for (const values of block) {
      rows += 1;
      const digest = createHash("md5").update(JSON.stringify(values)).digest();
      for (let word = 0; word < words.length; word += 1)
        words[word] = (words[word] ?? 0) + digest.readUInt32LE(4 * word);
    }
  return { rows, sum: words.join(" ") };
}
