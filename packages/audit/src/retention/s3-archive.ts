import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { demandLock, isTaken, type LockedBucket, lockedPut } from "../anchor/s3-like.ts";
import type { Archive } from "./archive.ts";

/**
 * Archives in a bucket with Object Lock: `phi_access_log_202001.ndjson.gz`. Put in compliance mode and only under a name
 * that is free; compressed in a temporary file first, because S3 asks for the length, and five gigabytes at most.
 *
 * @throws {Error} from its methods: the bucket has no Object Lock; and what the client throws.
 *
 * @example
 * ```ts
 * import { S3 } from "@aws-sdk/client-s3";
 * import { openTrail, s3Archive } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const archive = s3Archive({ s3: new S3({}), bucket: "clinic-trail", prefix: "archive/", years: 10 });
 * console.log(await openTrail(connect()).retain({ archive, dryRun: true }));
 * ```
 */
export function s3Archive(options: LockedBucket): Archive {
  const { s3, bucket, prefix = "" } = options;
  const start = `s3://${bucket}/`;
  const keyOf = (location: string): { readonly key: string; readonly version: string } => {
    const [, key, version] = /^(.+)\?versionId=(.*)$/.exec(location.slice(start.length)) ?? [];
    if (!location.startsWith(start) || key === undefined || version === undefined)
      throw new RangeError(`The archive ${start} has nothing at ${location}.`);
    return { key, version };
  };

  async function put(file: string, stem: string): Promise<string> {
    const { size } = await stat(file);
    for (let turn = 1; ; turn += 1) {
      const key = `${stem}${turn === 1 ? "" : `.${turn}`}.ndjson.gz`;
      try {
        const { VersionId = "" } = await s3.putObject({
          ...lockedPut(options),
          Key: key,
          Body: createReadStream(file),
          ContentLength: size,
          ContentType: "application/gzip",
        });
        return `${start}${key}?versionId=${VersionId}`;
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
    }
  }

  return {
    name: `${start}${prefix}`,
    async store(name, content) {
      const folder = await mkdtemp(join(tmpdir(), "offramp-archive-"));
      try {
        const file = join(folder, "archive.ndjson.gz");
        await pipeline(Readable.from(content), createGzip(), createWriteStream(file, { mode: 0o600 }));
        return await put(file, `${prefix}${name}`);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    async *read(location) {
      const { key, version } = keyOf(location);
      const object = await s3.getObject({ Bucket: bucket, Key: key, VersionId: version });
      demandLock(location, object);
      const compressed = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
      // Not `yield*`: the oldest compiler that is supported takes no stream there.
      for await (const part of Readable.from([compressed]).pipe(createGunzip())) yield part as Uint8Array;
    },
  };
}
