import { S3 } from "@aws-sdk/client-s3";
import type { Database } from "@offramp/db";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LockedBucket, openTrail, s3Anchor, s3Archive } from "../../src/index.ts";
import { anAccess, append } from "../append.ts";
import { oldMonths } from "../retention/old-months.ts";
import { newKey } from "../seal/new-key.ts";
import { type TrailDatabase, trailDatabase } from "../trail-database.ts";
import { objectLockServer, type ObjectLockServer } from "./object-lock-server.ts";

const key = newKey("seal-1");
let server: ObjectLockServer;
let s3: S3;
let place: LockedBucket;
let trail: TrailDatabase;
let admin: Database;

const clientOf = ({ endpoint }: ObjectLockServer): S3 =>
  new S3({
    endpoint,
    region: "eu-central-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

beforeEach(async () => {
  server = await objectLockServer();
  s3 = clientOf(server);
  place = { s3, bucket: "trail", prefix: "seals/" };
  trail = await trailDatabase();
  admin = trail.admin;
});
afterEach(async () => {
  await trail.close();
  s3.destroy();
  await server.close();
});

async function seal(times: number): Promise<ReturnType<typeof openTrail>> {
  const kept = openTrail(admin, { key, anchors: [s3Anchor(place)] });
  for (let turn = 0; turn < times; turn += 1) {
    await append(admin, { call: anAccess });
    await kept.seal();
  }
  return kept;
}

describe("an anchor in a locked bucket", () => {
  it("has each seal in an object of its own, locked for seven years", async () => {
    const kept = await seal(12);
    expect([...server.objects.keys()]).toHaveLength(12);
    const [first] = server.objects.get("seals/0000000000000000.json") ?? [];
    expect(first).toMatchObject({ mode: "COMPLIANCE" });
    const years = (Date.parse(first?.until ?? "") - Date.now()) / (365.25 * 24 * 3600 * 1000);
    expect(years).toBeCloseTo(7, 1);
    expect(JSON.parse(first?.body?.toString() ?? "")).toMatchObject({
      number: 0,
      text: expect.stringContaining("offramp audit seal 1"),
    });
    expect(await kept.verify()).toMatchObject({ intact: true, seals: 12, findings: [] });
  });

  it("names a tail that was cut off, although markers and later versions were put over the objects", async () => {
    const kept = await seal(5);
    await admin.query({
      text: `alter table audit.seal disable trigger all; delete from audit.seal where number >= 3`,
      script: true,
    });
    for (const number of [1, 3, 4])
      await s3.deleteObject({ Bucket: "trail", Key: `seals/000000000000000${number}.json` });
    await s3.putObject({ Bucket: "trail", Key: "seals/0000000000000002.json", Body: "{}" });
    await s3.putObject({ Bucket: "trail", Key: "seals/0000000000000003.json", Body: "{}" });
    expect((await kept.verify()).findings).toMatchObject([
      { kind: "unsealed" },
      { kind: "truncated-tail", seal: 3, anchor: "s3://trail/seals/" },
    ]);
    await expect(
      s3.deleteObject({ Bucket: "trail", Key: "seals/0000000000000004.json", VersionId: "v5" }),
    ).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("takes a seal twice, and never another under its number", async () => {
    await seal(1);
    const anchor = s3Anchor(place);
    for await (const [number, sealed] of anchor.read()) {
      await anchor.append(number, sealed);
      await expect(anchor.append(number, { ...sealed, signature: "AAAA" })).rejects.toThrow(
        "The anchor s3://trail/seals/ has another seal 0: verify the trail.",
      );
    }
    expect(server.objects.get("seals/0000000000000000.json")).toHaveLength(1);
  });

  it("needs Object Lock", async () => {
    const unlocked = await objectLockServer({ objectLock: false });
    const client = clientOf(unlocked);
    const anchor = s3Anchor({ ...place, s3: client });
    await expect(anchor.append(0, { text: "a", signature: "b" })).rejects.toThrow(
      "Bucket is missing Object Lock Configuration",
    );
    client.destroy();
    await unlocked.close();
  });

  it("says so when an object can be removed although the client was told to lock it", async () => {
    const careless: LockedBucket = {
      ...place,
      s3: {
        putObject: ({ Bucket, Key, Body }) => s3.putObject({ Bucket, Key, Body: Body as string }),
        getObject: (input) => s3.getObject(input),
        listObjectVersions: (input) => s3.listObjectVersions(input),
      },
    };
    await expect(s3Anchor(careless).append(0, { text: "a", signature: "b" })).rejects.toThrow(
      "s3://trail/seals/0000000000000000.json is not locked in compliance mode",
    );
  });
});

describe("an archive in a locked bucket", () => {
  it("takes a month, gives it back, and never replaces one", async () => {
    const archive = s3Archive({ ...place, prefix: "archive/" });
    const kept = openTrail(admin, { key });
    for (const [turn, name] of ["phi_access_log_201901", "phi_access_log_201901.2"].entries()) {
      await oldMonths(admin, { 201901: 2000 });
      await kept.seal();
      const { months } = await kept.retain({ archive });
      expect(months).toMatchObject([
        {
          records: 2000,
          statement: {
            archiveLocation: `s3://trail/archive/${name}.ndjson.gz?versionId=v${turn + 1}`,
          },
        },
      ]);
      expect(server.objects.get(`archive/${name}.ndjson.gz`)).toMatchObject([{ mode: "COMPLIANCE" }]);
    }
    expect(await kept.verify()).toMatchObject({ intact: true, dropped: 4000 });
  });

  it("has nothing elsewhere", async () => {
    const archive = s3Archive(place);
    const read = async (): Promise<void> => {
      for await (const part of archive.read("s3://other/key?versionId=v1")) expect(part).toBeUndefined();
    };
    await expect(read()).rejects.toThrow(RangeError);
  });
});
