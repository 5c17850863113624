import { createHash } from "node:crypto";

/** A text as its lines, without their ends, and the SHA-256 of its bytes when it has been read to its end. */
export async function* archiveLines(content: AsyncIterable<Uint8Array>): AsyncGenerator<string, string> {
  const hash = createHash("sha256");
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of content) {
    hash.update(part);
    rest = Buffer.concat([rest, part]);
    let start = 0;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, start)) {
      yield rest.toString("utf8", start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
  if (rest.length > 0) yield rest.toString("utf8");
  return hash.digest("hex");
}
