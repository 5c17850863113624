import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Door, openDoor } from "./door.ts";

let door: Door;

const SPECIAL = 'SPECIAL "@/\\#~_-';

beforeAll(async () => {
  door = await openDoor(SCRIPT, { schemas: ["v1", "v2", SPECIAL, "تست"], transactionEnd: "rollback" });
});

afterAll(() => door.close());

const SCRIPT = `
create schema v1; create schema v2; create schema "SPECIAL ""@/\\#~_-"; create schema "تست"; create schema hidden;
create table v1.parents (id int primary key, name text);
create table v1.children (id int primary key, name text, parent_id int, constraint parent foreign key (parent_id) references v1.parents);
create table v2.parents (id int primary key, name text);
create table v2.children (id int primary key, name text, parent_id int, constraint parent foreign key (parent_id) references v2.parents);
create table v2.another (id int primary key);
create table "SPECIAL ""@/\\#~_-".languages (id int primary key, name text);
create table "SPECIAL ""@/\\#~_-".names (id int primary key, name text, language_id int references "SPECIAL ""@/\\#~_-".languages);
create table "تست"."موارد" ("شناسه" int primary key, "نام" text);
create table hidden.things (id int);
insert into v1.parents values (1, 'parent v1-1'), (2, 'parent v1-2');
insert into v1.children values (1, 'child v1-1', 1);
insert into v2.parents values (3, 'parent v2-3');
insert into v2.children values (1, 'child v2-1', 3);
insert into "SPECIAL ""@/\\#~_-".languages values (1, 'Spanish');
insert into "SPECIAL ""@/\\#~_-".names values (3, 'José', 1);
create function v1.below(id int) returns setof v1.parents stable language sql as $$ select * from v1.parents p where p.id < below.id $$;
create function v2.below(id int) returns setof v2.parents stable language sql as $$ select * from v2.parents p where p.id < below.id $$;
do $$ declare s name; begin
  foreach s in array array['v1', 'v2', 'SPECIAL "@/\\#~_-', 'تست'] loop
    execute format('grant usage on schema %I to door_anon; grant all on all tables in schema %I to door_anon', s, s);
  end loop;
end $$;
`;

/** A header's value has one character per byte. */
const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

describe("the schema", () => {
  test("is the first one where none is named, and the answer says which", async () => {
    const { json, headers } = await door.ask("/parents?id=eq.1");
    expect([json, headers.get("content-profile")]).toEqual([[{ id: 1, name: "parent v1-1" }], "v1"]);
  });

  test("of a read is named by Accept-Profile, of a write by Content-Profile", async () => {
    const read = await door.ask("/parents", { headers: { "Accept-Profile": "v2", "Content-Profile": "v1" } });
    expect([read.json, read.headers.get("content-profile")]).toEqual([
      [{ id: 3, name: "parent v2-3" }],
      "v2",
    ]);
    const head = await door.ask("/another", { method: "HEAD", headers: { "Accept-Profile": "v2" } });
    expect([head.status, head.headers.get("content-profile")]).toEqual([200, "v2"]);
    const write = { "Content-Profile": "v2", "Accept-Profile": "v1", Prefer: "return=representation" };
    const posted = await door.ask("/children?select=id,parent(*)", {
      method: "POST",
      headers: write,
      body: { id: 9, parent_id: 3 },
    });
    expect([posted.status, posted.json, posted.headers.get("content-profile")]).toEqual([
      201,
      [{ id: 9, parent: { id: 3, name: "parent v2-3" } }],
      "v2",
    ]);
    const patched = await door.ask("/children?id=eq.1&select=name,parent(name)", {
      method: "PATCH",
      headers: write,
      body: { name: "new" },
    });
    expect(patched.json).toEqual([{ name: "new", parent: { name: "parent v2-3" } }]);
    const put = await door.ask("/children?id=eq.111", {
      method: "PUT",
      headers: write,
      body: { id: 111, name: "x", parent_id: null },
    });
    expect([put.status, put.headers.get("content-profile")]).toEqual([201, "v2"]);
    const removed = await door.ask("/children?id=eq.1", { method: "DELETE", headers: write });
    expect([removed.json, removed.headers.get("content-profile")]).toEqual([
      [{ id: 1, name: "child v2-1", parent_id: 3 }],
      "v2",
    ]);
    const quiet = await door.ask("/children?id=eq.1", {
      method: "DELETE",
      headers: { "Content-Profile": "v2" },
    });
    expect([quiet.status, quiet.headers.get("content-profile")]).toEqual([204, null]);
  });

  test("of a call goes by its method", async () => {
    const get = await door.ask("/rpc/below?id=9&select=id", { headers: { "Accept-Profile": "v2" } });
    expect(get.json).toEqual([{ id: 3 }]);
    const post = await door.ask("/rpc/below?select=id,children(id)&limit=1&order=id", {
      method: "POST",
      headers: { "Content-Profile": "v1", "Accept-Profile": "v2" },
      body: { id: 9 },
    });
    expect([post.json, post.headers.get("content-profile")]).toEqual([
      [{ id: 1, children: [{ id: 1 }] }],
      "v1",
    ]);
  });

  test("must be one of those that are exposed", async () => {
    const { status, json } = await door.ask("/things", { headers: { "Accept-Profile": "hidden" } });
    expect({ status, json }).toEqual({
      status: 406,
      json: {
        code: "PGRST106",
        message: "Invalid schema: hidden",
        details: null,
        hint: `Only the following schemas are exposed: v1, v2, ${SPECIAL}, تست`,
      },
    });
    const written = await door.ask("/things", {
      method: "POST",
      headers: { "Content-Profile": "hidden" },
      body: {},
    });
    expect(written.status).toBe(406);
    expect((await door.ask("/another")).status).toBe(404);
    expect((await door.ask("/", { headers: { "Accept-Profile": "hidden" } })).status).toBe(406);
  });

  test("may have any name", async () => {
    const special = { headers: { "Accept-Profile": SPECIAL } };
    const embedded = await door.ask("/names?select=name,languages(name)", special);
    expect([embedded.json, embedded.headers.get("content-profile")]).toEqual([
      [{ name: "José", languages: { name: "Spanish" } }],
      SPECIAL,
    ]);
    const persian = { "Accept-Profile": bytes("تست"), "Content-Profile": bytes("تست") };
    const path = `/${encodeURIComponent("موارد")}`;
    const made = await door.ask(path, {
      method: "POST",
      headers: { ...persian, Prefer: "return=headers-only" },
      body: { شناسه: 1, نام: "یک" },
    });
    expect([made.status, made.headers.get("location")]).toEqual([
      201,
      bytes(`/موارد?${encodeURIComponent("شناسه")}=eq.1`),
    ]);
    const read = await door.ask(`${path}?${encodeURIComponent("شناسه")}=eq.1`, { headers: persian });
    expect([read.status, read.json, read.headers.get("content-profile")]).toEqual([200, [], bytes("تست")]);
  });
});

describe("one schema", () => {
  test("goes without saying", async () => {
    const single = door.serving({ schemas: ["v1"] });
    expect((await single.ask("/parents")).headers.get("content-profile")).toBeNull();
    const named = await single.ask("/parents", { headers: { "Accept-Profile": "v1" } });
    expect(named.headers.get("content-profile")).toBe("v1");
  });
});
