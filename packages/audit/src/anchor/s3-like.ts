import type { Readable } from "node:stream";

/**
 * What is used of S3, with the names of its API: the class `S3` of `@aws-sdk/client-s3` has it, and so has any client
 * that looks the same. This package brings no client of its own.
 *
 * The role needs `s3:PutObject`, `s3:PutObjectRetention`, `s3:GetObjectVersion`, `s3:GetObjectRetention` and
 * `s3:ListBucketVersions`, and must not have `s3:BypassGovernanceRetention` or `s3:PutBucketObjectLockConfiguration`.
 *
 * @example
 * ```ts
 * import { S3 } from "@aws-sdk/client-s3";
 * import type { S3Like } from "@offramp/audit";
 *
 * const s3: S3Like = new S3({ region: "eu-central-1" });
 * console.log(s3);
 * ```
 */
export interface S3Like {
  putObject(input: {
    readonly Bucket: string;
    readonly Key: string;
    readonly Body: string | Readable;
    readonly ContentLength?: number;
    readonly ContentType: string;
    readonly ChecksumAlgorithm: "SHA256";
    readonly IfNoneMatch: "*";
    readonly ObjectLockMode: "COMPLIANCE";
    readonly ObjectLockRetainUntilDate: Date;
  }): Promise<{ readonly VersionId?: string | undefined }>;
  getObject(input: {
    readonly Bucket: string;
    readonly Key: string;
    readonly VersionId?: string;
  }): Promise<S3Object>;
  listObjectVersions(input: {
    readonly Bucket: string;
    readonly Prefix: string;
    readonly KeyMarker?: string;
    readonly VersionIdMarker?: string;
  }): Promise<{
    readonly Versions?: readonly S3Version[] | undefined;
    readonly IsTruncated?: boolean | undefined;
    readonly NextKeyMarker?: string | undefined;
    readonly NextVersionIdMarker?: string | undefined;
  }>;
}

interface S3Object {
  readonly Body?:
    | { transformToString(): Promise<string>; transformToByteArray(): Promise<Uint8Array> }
    | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
}

interface S3Version {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/**
 * A bucket with Object Lock, and how long what is put there cannot be removed by anybody, the account's root user
 * included.
 *
 * @example
 * ```ts
 * import { S3 } from "@aws-sdk/client-s3";
 * import type { LockedBucket } from "@offramp/audit";
 *
 * const bucket: LockedBucket = { s3: new S3({}), bucket: "clinic-trail", prefix: "seals/", years: 7 };
 * console.log(bucket.bucket);
 * ```
 */
export interface LockedBucket {
  readonly s3: S3Like;
  /** Made with Object Lock; versions come with it. */
  readonly bucket: string;
  /** Before the names of the objects, such as `clinic/seals/`. Default none. */
  readonly prefix?: string;
  /** How many years an object is locked in compliance mode. Default 7: a year more than records stay. */
  readonly years?: number;
}

/** What every object of a locked bucket is put with. */
export function lockedPut({
  bucket,
  years = 7,
}: LockedBucket): Pick<
  Parameters<S3Like["putObject"]>[0],
  "Bucket" | "ChecksumAlgorithm" | "IfNoneMatch" | "ObjectLockMode" | "ObjectLockRetainUntilDate"
> {
  const until = new Date();
  until.setUTCFullYear(until.getUTCFullYear() + years);
  return {
    Bucket: bucket,
    ChecksumAlgorithm: "SHA256",
    IfNoneMatch: "*",
    ObjectLockMode: "COMPLIANCE",
    ObjectLockRetainUntilDate: until,
  };
}

/** S3's answer to a conditional write whose object is there already, or is being put by another at this moment. */
export function isTaken(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return (
    name === "PreconditionFailed" ||
    name === "ConditionalRequestConflict" ||
    $metadata?.httpStatusCode === 412
  );
}

/** @throws {Error} the object can be removed. */
export function demandLock(
  place: string,
  object: Pick<S3Object, "ObjectLockMode" | "ObjectLockRetainUntilDate">,
): void {
  if (object.ObjectLockMode !== "COMPLIANCE" || object.ObjectLockRetainUntilDate === undefined) {
    throw new Error(
      `${place} is not locked in compliance mode: give the bucket Object Lock, and the role s3:PutObjectRetention and s3:GetObjectRetention.`,
    );
  }
}
