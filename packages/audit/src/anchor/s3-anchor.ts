import type { SignedSeal } from "../seal/seal-statement.ts";
import type { Anchor } from "./anchor.ts";
import { demandLock, isTaken, type LockedBucket, lockedPut } from "./s3-like.ts";
import { readSealLine, writeSealLine } from "./seal-line.ts";

/** Of a number in an object's name: then the order of the names is that of the numbers. */
const DIGITS = 16;
/** Objects that are fetched at once. */
const AT_ONCE = 16;

/**
 * Seals in a bucket with Object Lock, an object each: `seals/0000000000000042.json`. Put in compliance mode and only if it
 * is not there (`If-None-Match: *`), then read back.
 *
 * A lock protects a version, not its name: a later version, or a delete marker over it, changes nothing, because the
 * oldest version of each object is what is read.
 *
 * @throws {Error} from `append`: the bucket has no Object Lock, or has another seal under this number; and what the client
 * throws.
 *
 * @example
 * ```ts
 * import { S3 } from "@aws-sdk/client-s3";
 * import { openTrail, s3Anchor } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const anchor = s3Anchor({ s3: new S3({}), bucket: "clinic-trail", prefix: "seals/" });
 * const trail = openTrail(connect(), { anchors: [anchor] });
 * console.log((await trail.verify()).intact);
 * ```
 */
export function s3Anchor(options: LockedBucket): Anchor {
  const { s3, bucket, prefix = "" } = options;
  const name = `s3://${bucket}/${prefix}`;

  async function seal(key: string, version: string): Promise<readonly [number, SignedSeal] | undefined> {
    const { Body } = await s3.getObject({ Bucket: bucket, Key: key, VersionId: version });
    return readSealLine((await Body?.transformToString()) ?? "");
  }

  async function* firstVersions(under: string): AsyncGenerator<readonly [key: string, version: string]> {
    let last: readonly [string, string] | undefined;
    let from: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } = {};
    for (let more = true; more;) {
      const page = await s3.listObjectVersions({ Bucket: bucket, Prefix: under, ...from });
      // Versions of a key stand together, the newest first.
      for (const { Key, VersionId } of page.Versions ?? []) {
        if (last !== undefined && last[0] !== Key) yield last;
        last = [Key ?? "", VersionId ?? ""];
      }
      more = page.IsTruncated === true;
      from = {
        ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
        ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
      };
    }
    if (last !== undefined) yield last;
  }

  return {
    name,
    async append(number, given) {
      const key = `${prefix}${String(number).padStart(DIGITS, "0")}.json`;
      try {
        await s3.putObject({
          ...lockedPut(options),
          Key: key,
          Body: `${writeSealLine(number, given)}\n`,
          ContentType: "application/json",
        });
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
      for await (const [, version] of firstVersions(key)) {
        const object = await s3.getObject({ Bucket: bucket, Key: key, VersionId: version });
        const there = readSealLine((await object.Body?.transformToString()) ?? "");
        if (there?.[1].text !== given.text || there[1].signature !== given.signature)
          throw new Error(`The anchor ${name} has another seal ${number}: verify the trail.`);
        demandLock(`s3://${bucket}/${key}`, object);
        return;
      }
      throw new Error(`The anchor ${name} took seal ${number} and does not have it.`);
    },
    async *read() {
      let batch: Promise<readonly [number, SignedSeal] | undefined>[] = [];
      async function* fetched(): AsyncGenerator<readonly [number, SignedSeal]> {
        for (const one of await Promise.all(batch)) if (one !== undefined) yield one;
        batch = [];
      }
      for await (const [key, version] of firstVersions(prefix)) {
        batch.push(seal(key, version));
        if (batch.length === AT_ONCE) yield* fetched();
      }
      yield* fetched();
    },
  };
}
