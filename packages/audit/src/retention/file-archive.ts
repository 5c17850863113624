import { createReadStream, createWriteStream } from "node:fs";
import { link, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Archive } from "./archive.ts";

/**
 * Archives as compressed files in a folder: `phi_access_log_202001.ndjson.gz`. Written through to the disk and then given
 * their name, so that a file with this name is whole; one that is there already is left alone.
 *
 * @throws {Error} from its methods: a file cannot be written or read.
 *
 * @example
 * ```ts
 * import { fileArchive } from "@offramp/audit";
 *
 * const archive = fileArchive("/mnt/archive/clinic");
 * for await (const part of archive.read("/mnt/archive/clinic/phi_access_log_202001.ndjson.gz")) console.log(part.length);
 * ```
 */
export function fileArchive(folder: string): Archive {
  return {
    name: `folder ${folder}`,
    async store(name, content) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const unfinished = join(folder, `${name}.${process.pid}.unfinished`);
      try {
        await pipeline(
          Readable.from(content),
          createGzip(),
          createWriteStream(unfinished, { mode: 0o400, flush: true }),
        );
        return await giveName(unfinished, join(folder, name));
      } finally {
        await rm(unfinished, { force: true });
      }
    },
    async *read(location) {
      // Not `yield*`: the oldest compiler that is supported takes no stream there.
      for await (const part of createReadStream(location).pipe(createGunzip())) yield part as Uint8Array;
    },
  };
}

/** A hard link is refused where the name is taken: a file is never replaced. */
async function giveName(file: string, stem: string): Promise<string> {
  for (let turn = 1; ; turn += 1) {
    const path = `${stem}${turn === 1 ? "" : `.${turn}`}.ndjson.gz`;
    try {
      await link(file, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    }
    const folder = await open(join(path, ".."));
    await folder.sync();
    await folder.close();
    return path;
  }
}
