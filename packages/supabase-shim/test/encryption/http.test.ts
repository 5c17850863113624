import { recentAccess, withActor } from "@offramp/audit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createHandler } from "../../src/http-entry.ts";
import { ADA, type WardDatabase, wardDatabase } from "./ward.ts";

let ward: WardDatabase;
beforeAll(async () => {
  ward = await wardDatabase({ audited: true });
});
beforeEach(() => ward.fill());
afterAll(() => ward.close());

async function ask(
  path: string,
  init: RequestInit & { readonly keyless?: boolean } = {},
): Promise<{ status: number; text: string }> {
  const { keyless = false, ...request } = init;
  const [row] = await ward.db.query({ text: "select current_user as role" });
  const handler = createHandler(ward.log.database, {
    anonRole: row?.["role"] ?? "",
    explain: true,
    watchSchema: false,
    ...(keyless ? {} : { encryption: ward.keys }),
  });
  const response = await handler(new Request(`http://door${path}`, request));
  return { status: response.status, text: await response.text() };
}

describe("the HTTP door", () => {
  test("decrypts, and leaves every other byte as PostgreSQL wrote it", async () => {
    const { text } = await ask(
      `/patients?id=eq.${ADA}&select=id,weight,badge,chart,visits(id,finding)&visits.order=id`,
    );
    expect(text).toBe(
      `[{"id":"${ADA}","weight":61.50,"badge":42,"chart":{"zones":[1,2.5]},` +
        '"visits":[{"id":1,"finding":"asthma"}, \n {"id":2,"finding":"said \\"no\\", twice\\nand left"}]}]',
    );
  });

  test("writes, as JSON and as CSV", async () => {
    const made = await ask("/patients?select=name,ssn,weight", {
      method: "POST",
      headers: { "content-type": "application/json", prefer: "return=representation" },
      body: '[{"name":"Fay","ssn":"1","weight":70.126}]',
    });
    expect([made.status, made.text]).toEqual([201, '[{"name":"Fay","ssn":"1","weight":70.13}]']);
    const csv = await ask("/visits?select=finding", {
      method: "POST",
      headers: { "content-type": "text/csv", prefer: "return=representation", accept: "text/csv" },
      body: 'day,finding\n7,"from, a file"\n8,NULL\n',
    });
    expect(csv.text).toBe('finding\n"from, a file"\n');
    const put = await ask(`/patients?id=eq.${ADA}&select=ssn`, {
      method: "PUT",
      headers: { "content-type": "application/json", prefer: "return=representation" },
      body: JSON.stringify({ id: ADA, ssn: "put" }),
    });
    expect(put.text).toBe('[{"ssn":"put"}]');
  });

  test("sends nothing of a value that columns= leaves out", async () => {
    ward.log.take();
    const { status } = await ask("/patients?columns=name", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '[{"name":"Gil","ssn":"hunter2"}]',
    });
    expect(status).toBe(201);
    const keyless = await ask("/patients?columns=name", {
      method: "POST",
      keyless: true,
      headers: { "content-type": "application/json" },
      body: '[{"name":"Gia","ssn":"hunter2"}]',
    });
    expect(keyless.status).toBe(201);
    const broken = await ask("/patients?columns=name", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '[{"name":"Gia","ssn":"hunter2"',
    });
    expect([broken.status, broken.text.includes("hunter2")]).toEqual([400, false]);
    const sent = JSON.stringify(ward.log.take());
    expect(sent).toContain("Gil");
    expect(sent).toContain("Gia");
    expect(sent).not.toContain("hunter2");
    expect((await ward.client.from("patients").select("ssn").eq("name", "Gil")).data).toEqual([
      { ssn: null },
    ]);
  });

  test("shows nothing to who has no keys", async () => {
    for (const accept of [
      "application/json",
      "text/csv",
      "application/vnd.pgrst.object+json",
      "application/vnd.pgrst.plan+text",
    ]) {
      const { status, text } = await ask("/patients?select=ssn&limit=1", {
        keyless: true,
        headers: { accept },
      });
      expect([status, text]).toEqual([500, expect.stringContaining("OFF008")]);
    }
  });
});

describe("the audit trail", () => {
  test("names the encrypted column and the operator, and holds no value", async () => {
    await withActor({ id: "lena" }, async () => {
      await ward.client.from("patients").select("name, ssn").eq("ssn", "078-05-1120");
      await ward.client.from("visits").update({ finding: "audited finding" }).gt("day", 0);
      await ward.client.from("patients").select("name").eq("ssn", "nothing like it");
    });
    const records = await recentAccess(ward.db, { limit: 3 });
    expect(records.map(({ action }) => action)).toEqual(["READ", "UPDATE", "READ"]);
    const read = JSON.stringify(records.at(-1));
    expect(read).toContain("public.patients.ssn");
    expect(read).toContain("public.patients.ssn eq");
    const all = await ward.column("select row_to_json(r)::text from audit.phi_access_log r");
    expect(all.join("")).not.toMatch(/078-05-1120|audited finding|asthma/);
  });

  test("a call that was refused for its keys or its value is recorded as failed", async () => {
    const { error } = await withActor({ id: "lena" }, () => ward.keyless.from("patients").select("ssn"));
    expect(error?.code).toBe("OFF008");
    const [record] = await recentAccess(ward.db, { limit: 1 });
    expect([record?.action, record?.outcome]).toEqual(["READ", "failed"]);
  });
});

describe("a plan without an encrypted column", () => {
  test("has the same text, asks nothing of the keys, and leaves no work for each row", async () => {
    const asked: string[] = [];
    const watched = new Proxy(ward.keys, {
      get: (target, name) => {
        asked.push(String(name));
        return Reflect.get(target, name, target) as unknown;
      },
    });
    const { createClient } = await import("../../src/index.ts");
    const keyed = createClient(ward.log.database, undefined, { encryption: watched, watchSchema: false });
    const plain = createClient(ward.log.database, undefined, { watchSchema: false });
    const texts = async (client: typeof keyed): Promise<readonly string[]> => {
      await client.from("patients").select("id, name, visits(day)").eq("name", "Ada").order("name");
      await client.from("patients").insert({ name: "Hal" });
      await client.from("patients").update({ name: "Hal" }).eq("name", "Hal").select("name");
      await client.from("patients").delete().eq("name", "Hal");
      return ward.log
        .take()
        .flatMap(({ text }) => (/patients/.test(text) && !/pg_catalog|pg_class/.test(text) ? [text] : []));
    };
    ward.log.take();
    const withKeys = await texts(keyed);
    expect(withKeys).toEqual(await texts(plain));
    expect(withKeys.length).toBeGreaterThanOrEqual(4);
    expect(withKeys.join("")).not.toMatch(/encode|base64|substring/);
    expect(asked).toEqual([]);
  });
});
