import { connect, type Database } from "@offramp/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { hsToken, SECRET } from "./tokens.ts";
import { ADA, GRACE, userDatabase, type UserDatabase } from "./user-database.ts";

let database: UserDatabase;
let pool: Database;
/** Has the owner's rights, since its key says nothing. */
let client: SupabaseClient;

beforeAll(async () => {
  database = await userDatabase();
  pool = connect({ url: database.ownerUrl, max: 1 });
  client = createClient(pool, "service-key", { jwt: { secret: SECRET } });
});

afterAll(async () => {
  await pool.close();
  await database.close();
});

async function who(tx: SupabaseClient): Promise<unknown> {
  const { data, error } = await tx.rpc("call_facts", {}, { get: true });
  if (error !== null) throw new Error(error.message);
  const { user, uid, method, headers } = data as Record<string, unknown>;
  return [user, uid, method === "" ? null : method, headers === null ? null : "headers"];
}

const me = (): Promise<readonly (string | null)[]> => database.column("select current_user");

test("each call of a transaction has its own rights, whatever the call before it had", async () => {
  const [owner] = await me();
  const own = [owner, null, null, null];
  await client.transaction(async (tx) => {
    const ada = tx.withClaims({ role: "authenticated", sub: ADA });
    expect(await who(tx)).toEqual(own);
    expect(await who(ada)).toEqual(["authenticated", ADA, "GET", "headers"]);
    // A write keeps what it was told; a read is undone with its savepoint.
    await ada.from("notes").insert({ id: 20, body: "by ada" }).throwOnError();
    expect(await who(tx)).toEqual(own);
    expect((await tx.from("secrets").select("id")).data).toEqual([{ id: 1 }]);
    await tx.from("notes").insert({ id: 21, owner: GRACE, body: "by the owner" }).throwOnError();
    expect((await ada.from("notes").select("id").gte("id", 20)).data).toEqual([{ id: 20 }]);
    const token = hsToken({ role: "authenticated", sub: GRACE });
    const { data } = await tx
      .from("notes")
      .select("id")
      .gte("id", 20)
      .setHeader("authorization", `Bearer ${token}`);
    expect(data).toEqual([{ id: 21 }]);
    expect((await tx.from("notes").select("id").gte("id", 20).order("id")).data).toEqual([
      { id: 20 },
      { id: 21 },
    ]);
  });
  expect(await database.column("select id from notes where id >= 20 order by id")).toEqual(["20", "21"]);
});

test("a client with claims opens a transaction in which every call has them, savepoints too", async () => {
  const ada = client.withClaims({ role: "authenticated", sub: ADA });
  await ada.transaction(async (tx) => {
    expect(await who(tx)).toEqual(["authenticated", ADA, "GET", "headers"]);
    const failed = tx.transaction(async (inner) => {
      await inner.from("notes").insert({ id: 30, owner: GRACE, body: "hers" }).throwOnError();
    });
    await expect(failed).rejects.toMatchObject({ code: "42501" });
    await tx.transaction(async (inner) => {
      await inner.from("notes").insert({ id: 31, body: "mine" }).throwOnError();
    });
    expect(await who(tx)).toEqual(["authenticated", ADA, "GET", "headers"]);
  });
  expect(await database.column("select id from notes where id >= 30")).toEqual(["31"]);
});

test("a call of another schema leaves the search path as it was", async () => {
  const script = `create schema other;
    create function other.search_path() returns text language sql volatile as $$ select current_setting('search_path') $$;
    create function public.search_path() returns text language sql volatile as $$ select current_setting('search_path') $$;`;
  await pool.query({ text: script, script: true });
  const both = createClient(pool, "service-key", { schemas: ["public", "other"] });
  await both.transaction(async (tx) => {
    const before = (await tx.rpc("search_path")).data;
    expect((await tx.schema("other").rpc("search_path")).data).toBe('"other", "public"');
    expect((await tx.rpc("search_path")).data).toBe(before);
  });
});

test("a role that cannot be set dooms the transaction: nothing of it is kept", async () => {
  const work = client.transaction(async (tx) => {
    await tx.from("notes").insert({ id: 40, owner: ADA, body: "before" }).throwOnError();
    const { error } = await tx.withClaims({ role: "nobody_at_all" }).from("notes").select();
    expect(error?.code).toBe("22023");
    await tx.from("notes").insert({ id: 41, owner: ADA, body: "after" });
  });
  await expect(work).rejects.toMatchObject({ code: "22023" });
  expect(await database.column("select count(*) from notes where id >= 40")).toEqual(["0"]);
});
