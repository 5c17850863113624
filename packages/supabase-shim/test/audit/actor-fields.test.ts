import { type AccessRecord, type Actor, recentAccess, withActor } from "@offramp/audit";
import { createHandler } from "@offramp/supabase-shim/http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADA, type AuditBench, auditBench } from "./audit-bench.ts";

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench();
});

afterAll(() => bench.close());

async function newest(): Promise<AccessRecord | undefined> {
  return (await recentAccess(bench.db, { limit: 1 }))[0];
}

async function recordOf(actor: Actor): Promise<AccessRecord | undefined> {
  await withActor(actor, async () =>
    bench.supabase.from("profiles").select("email").eq("id", ADA).throwOnError(),
  );
  return newest();
}

describe("what an actor says is in the record", () => {
  test("every field", async () => {
    const record = await recordOf({
      id: "dr-1",
      role: "clinician",
      onBehalfOf: "dr-2",
      purposeOfUse: "ETREAT",
      breakGlass: true,
      application: "ward",
      requestId: "r-9",
      ip: "2001:db8::7",
      userAgent: "Mozilla/5.0 😀 \"quoted\" \\ 'single'",
    });
    expect(record).toMatchObject({
      actorId: "dr-1",
      actorRole: "clinician",
      onBehalfOf: "dr-2",
      purposeOfUse: "ETREAT",
      breakGlass: true,
      application: "ward",
      requestId: "r-9",
      ip: "2001:db8::7",
      userAgent: "Mozilla/5.0 😀 \"quoted\" \\ 'single'",
      details: null,
    });
  });

  test("and nothing where it says nothing, but the connection's application", async () => {
    expect(await recordOf({ id: "dr-1" })).toMatchObject({
      actorRole: null,
      purposeOfUse: null,
      breakGlass: false,
      application: "offramp",
      ip: null,
      userAgent: null,
      details: null,
    });
  });

  test.each([
    "unknown",
    "192.0.2.7, 10.0.0.1",
    "999.1.1.1",
    "fe80::1%eth0",
    "192.0.2.7:443",
    "'; drop table",
  ])("an address that is none stops no read: %j", async (ip) => {
    expect(await recordOf({ id: "dr-1", ip })).toMatchObject({ ip: null, details: { malformed_ip: ip } });
  });

  test.each(["192.0.2.7", "::1", "::ffff:192.0.2.7", " 192.0.2.7 "])("the address %j", async (ip) => {
    expect(await recordOf({ id: "dr-1", ip })).toMatchObject({ ip: ip.trim(), details: null });
  });

  test("text that PostgreSQL cannot store stops no read", async () => {
    expect(await recordOf({ id: "dr\u0000-1", userAgent: "half \uD800 of a pair" })).toMatchObject({
      actorId: "dr\uFFFD-1",
      userAgent: "half \uFFFD of a pair",
    });
  });
});

describe("through the HTTP door", () => {
  const ask = (actor: Actor | undefined): Promise<Response> => {
    const handler = createHandler(bench.db, { anonRole: "postgres", watchSchema: false });
    const request = new Request("http://localhost/profiles?select=email", {
      headers: { "user-agent": "browser/1", "x-request-id": "from-proxy" },
    });
    return actor === undefined ? handler(request) : withActor(actor, () => handler(request));
  };

  test("the request's own headers say what no actor does", async () => {
    expect((await ask(undefined)).status).toBe(200);
    expect(await newest()).toMatchObject({ actorId: null, userAgent: "browser/1", requestId: "from-proxy" });
  });

  test("an actor's word comes first", async () => {
    await ask({ id: "dr-1", requestId: "r-1" });
    expect(await newest()).toMatchObject({ actorId: "dr-1", userAgent: "browser/1", requestId: "r-1" });
  });
});
