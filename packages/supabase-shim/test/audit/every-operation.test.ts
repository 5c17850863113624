import { randomBytes } from "node:crypto";
import { type AccessRecord, grantAuditWriter, recentAccess, withActor } from "@offramp/audit";
import { quoteIdentifier } from "@offramp/db";
import { createHandler } from "@offramp/supabase-shim/http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as shim from "../../src/index.ts";
import { ADA, type AuditBench, auditBench } from "./audit-bench.ts";

/**
 * Every public operation of the shim has an entry here: what it leaves in the trail, or why it leaves nothing. A new
 * method without one fails the first tests of this file.
 */

type Client = shim.SupabaseClient;
type Call = (db: Client) => PromiseLike<unknown>;

interface Mapping {
  /** A call of the operation that touches PHI. */
  readonly call: Call;
  readonly action?: AccessRecord["action"];
  readonly outcome?: AccessRecord["outcome"];
  /** An operator that the record names. */
  readonly filter?: string;
}

/** Why an operation by itself touches no data. */
interface NoAccess {
  readonly reason: string;
}

const read = (db: Client) => db.from("profiles").select("email, full_name, metabolic_tests(rmr)");
const filtered = (filter: string, call: Call): Mapping => ({ call, filter });
const OWN_STEP: NoAccess = { reason: "a step of the chain; nothing is sent before then()" };
const DELEGATED: NoAccess = { reason: "the delegate's; touches no table of this database" };
const BEGINS: NoAccess = { reason: "begins a call, which the methods of the builder record" };

const CLIENT: Record<string, Mapping | NoAccess> = {
  from: { call: (db) => db.from("profiles").select("email") },
  rpc: { call: (db) => db.rpc("rename", { patient: ADA, name: "Ada Phi" }), action: "EXECUTE" },
  schema: { call: (db) => db.schema("public").from("profiles").select("email") },
  withClaims: { call: (db) => db.withClaims({ role }).from("profiles").select("email") },
  transaction: { call: (db) => db.transaction(async (tx) => tx.from("profiles").select("email")) },
  channel: DELEGATED,
  getChannels: DELEGATED,
  removeChannel: DELEGATED,
  removeAllChannels: DELEGATED,
};

const POSTGREST_CLIENT: Record<string, Mapping | NoAccess> = {
  from: { call: (db) => db.schema("public").from("profiles").select("email") },
  rpc: {
    call: (db) => db.schema("public").rpc("rename", { patient: ADA, name: "Ada Phi" }),
    action: "EXECUTE",
  },
  schema: BEGINS,
  headers: OWN_STEP,
  current: OWN_STEP,
};

const NEW = { email: "new@phi.example" };
const QUERY: Record<string, Mapping | NoAccess> = {
  select: { call: read },
  insert: { call: (db) => db.from("profiles").insert(NEW), action: "CREATE" },
  upsert: { call: (db) => db.from("profiles").upsert({ id: ADA, ...NEW }), action: "UPDATE" },
  update: {
    call: (db) => db.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA),
    action: "UPDATE",
  },
  delete: { call: (db) => db.from("profiles").delete().eq("id", ADA), action: "DELETE" },
  headers: OWN_STEP,
  target: OWN_STEP,
  begin: OWN_STEP,
};

const FILTER: Record<string, Mapping | NoAccess> = {
  eq: filtered("eq", (db) => read(db).eq("email", "x")),
  neq: filtered("neq", (db) => read(db).neq("email", "x")),
  gt: filtered("gt", (db) => read(db).gt("email", "x")),
  gte: filtered("gte", (db) => read(db).gte("email", "x")),
  lt: filtered("lt", (db) => read(db).lt("email", "x")),
  lte: filtered("lte", (db) => read(db).lte("email", "x")),
  like: filtered("like", (db) => read(db).like("email", "x%")),
  likeAllOf: filtered("like(all)", (db) => read(db).likeAllOf("email", ["x%"])),
  likeAnyOf: filtered("like(any)", (db) => read(db).likeAnyOf("email", ["x%"])),
  ilike: filtered("ilike", (db) => read(db).ilike("email", "x%")),
  ilikeAllOf: filtered("ilike(all)", (db) => read(db).ilikeAllOf("email", ["x%"])),
  ilikeAnyOf: filtered("ilike(any)", (db) => read(db).ilikeAnyOf("email", ["x%"])),
  regexMatch: filtered("match", (db) => read(db).regexMatch("email", "^x")),
  regexIMatch: filtered("imatch", (db) => read(db).regexIMatch("email", "^x")),
  is: filtered("is", (db) => read(db).is("email", null)),
  isDistinct: filtered("isdistinct", (db) => read(db).isDistinct("email", "x")),
  in: filtered("in", (db) => read(db).in("email", ["x"])),
  notIn: filtered("not.in", (db) => read(db).notIn("email", ["x"])),
  contains: filtered("cs", (db) => db.from("metabolic_tests").select("rmr").contains("heart_rate_zones", {})),
  containedBy: filtered("cd", (db) =>
    db.from("metabolic_tests").select("rmr").containedBy("heart_rate_zones", {}),
  ),
  rangeGt: filtered("sr", (db) => db.from("stay").select("note").rangeGt("days", "[1,2)")),
  rangeGte: filtered("nxl", (db) => db.from("stay").select("note").rangeGte("days", "[1,2)")),
  rangeLt: filtered("sl", (db) => db.from("stay").select("note").rangeLt("days", "[1,2)")),
  rangeLte: filtered("nxr", (db) => db.from("stay").select("note").rangeLte("days", "[1,2)")),
  rangeAdjacent: filtered("adj", (db) => db.from("stay").select("note").rangeAdjacent("days", "[1,2)")),
  overlaps: filtered("ov", (db) => db.from("stay").select("note").overlaps("days", "[1,2)")),
  textSearch: filtered("fts", (db) => read(db).textSearch("full_name", "x")),
  match: filtered("eq", (db) => read(db).match({ email: "x" })),
  not: filtered("not.eq", (db) => read(db).not("email", "eq", "x")),
  or: filtered("eq", (db) => read(db).or("email.eq.x,full_name.is.null")),
  filter: filtered("eq", (db) => read(db).filter("email", "eq", "x")),
  where: OWN_STEP,
};

const TRANSFORM: Record<string, Mapping | NoAccess> = {
  stream: {
    call: async (db) => {
      for await (const _ of read(db).stream({ batch: 1000 }));
    },
  },
  select: { call: (db) => db.from("profiles").insert(NEW).select("email"), action: "CREATE" },
  order: { call: (db) => db.from("profiles").select("id").order("email") },
  limit: { call: (db) => read(db).limit(1) },
  range: { call: (db) => read(db).range(0, 0) },
  abortSignal: { call: (db) => read(db).abortSignal(new AbortController().signal) },
  single: { call: (db) => read(db).eq("id", ADA).single() },
  maybeSingle: { call: (db) => read(db).eq("id", ADA).maybeSingle() },
  csv: { call: (db) => db.from("profiles").select("email").csv() },
  geojson: { call: (db) => db.from("profiles").select("email").geojson(), outcome: "failed" },
  explain: { call: (db) => read(db).explain({ analyze: true }) },
  rollback: {
    call: (db) => db.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA).rollback(),
    action: "READ",
  },
  maxAffected: {
    call: (db) => db.from("profiles").delete().eq("id", ADA).maxAffected(1),
    action: "DELETE",
  },
};

const BUILDER: Record<string, Mapping | NoAccess> = {
  throwOnError: { call: (db) => read(db).throwOnError() },
  stripNulls: { call: (db) => read(db).stripNulls() },
  setHeader: { call: (db) => read(db).setHeader("x-site", "clinic") },
  retry: { call: (db) => read(db).retry(false) },
  statementTimeout: { call: (db) => read(db).statementTimeout(5000) },
  // oxlint-disable-next-line unicorn/no-thenable -- the name of the builder's method
  then: { call: read },
  returns: { call: (db) => read(db).returns() },
  overrideTypes: { call: (db) => read(db).overrideTypes() },
  batches: OWN_STEP,
  settle: OWN_STEP,
  toCall: OWN_STEP,
};

const CLASSES: Readonly<Record<string, Record<string, Mapping | NoAccess>>> = {
  SupabaseClient: CLIENT,
  PostgrestClient: POSTGREST_CLIENT,
  PostgrestQueryBuilder: QUERY,
  PostgrestFilterBuilder: FILTER,
  PostgrestTransformBuilder: TRANSFORM,
  PostgrestBuilder: BUILDER,
  PostgrestError: { toJSON: { reason: "an error that was answered with" } },
};

const role = `every_op_${randomBytes(6).toString("hex")}`;
let bench: AuditBench;
let door: (request: Request) => Promise<Response>;

beforeAll(async () => {
  bench = await auditBench(`
    create table stay (id int primary key, days int4range, note text);
    create function rename(patient uuid, name text) returns setof profiles volatile language sql
      as $$ update profiles set full_name = name where id = patient returning * $$;
    create function relabel() returns setof profiles volatile language sql
      as $$ update profiles set full_name = 'New Phi' where id = '${ADA}' returning * $$;
    create role ${role};
    grant all on all tables in schema public to ${role};
    insert into audit.phi_column values ('public', 'stay', 'note', 'health');`);
  await grantAuditWriter(bench.db, role);
  await bench.supabase.from("stay").select("id");
  door = createHandler(bench.db, { anonRole: role, watchSchema: false });
});

afterAll(async () => {
  await bench.script(`drop owned by ${quoteIdentifier(role)}; drop role ${quoteIdentifier(role)}`);
  await bench.close();
});

beforeEach(() => bench.reset());

/**
 * Its methods, whether TypeScript calls them private or not: a class has few that are not operations. One that only
 * narrows the types of a base class's method is that method.
 */
function operationsOf(name: string): readonly string[] {
  const made: unknown = (shim as Record<string, unknown>)[name];
  if (typeof made !== "function" || made.prototype === undefined) return [];
  const base: unknown = Object.getPrototypeOf(made.prototype);
  const inherited = (each: string): boolean =>
    base !== Object.prototype && base !== Error.prototype && each in (base as object);
  return Object.getOwnPropertyNames(made.prototype as object).filter(
    (each) => each !== "constructor" && !inherited(each),
  );
}

test("every class that the package exports is listed", () => {
  const classes = Object.keys(shim).filter((name) => operationsOf(name).length > 0);
  expect(classes.toSorted()).toEqual(Object.keys(CLASSES).toSorted());
});

describe.each(Object.entries(CLASSES))("%s", (name, mappings) => {
  test("every operation has its entry, and every entry an operation", () => {
    expect(operationsOf(name).toSorted()).toEqual(Object.keys(mappings).toSorted());
  });

  test.each(
    Object.entries(mappings).flatMap(([operation, entry]) =>
      "call" in entry ? [[operation, entry] as const] : [],
    ),
  )("%s is recorded", async (_, { call, action = "READ", outcome = "success", filter }) => {
    const records = await recorded(() => call(bench.supabase));
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ action, outcome, actorId: "dr-1" });
    const operators = records[0]?.filters.map((each) => each.split(" ")[1]) ?? [];
    expect(operators).toEqual(expect.arrayContaining(filter === undefined ? [] : [filter]));
  });
});

async function recorded(call: () => PromiseLike<unknown>): Promise<readonly AccessRecord[]> {
  const [last] = await bench.column("select coalesce(max(id), 0) from audit.phi_access_log");
  await withActor({ id: "dr-1" }, async () => call());
  const records = await recentAccess(bench.db, { limit: 20 });
  return records.filter(({ id }) => BigInt(id) > BigInt(last ?? 0)).toReversed();
}

/** What differs from call to call, or tells who speaks HTTP; all else the two doors must agree on. */
const OF_THE_MOMENT = new Set([
  "id",
  "recordedAt",
  "transactionAt",
  "writerId",
  "writerCall",
  "userAgent",
  "requestId",
  "application",
]);

function compared(records: readonly AccessRecord[]): unknown {
  return records.map((record) =>
    Object.fromEntries(Object.entries(record).filter(([field]) => !OF_THE_MOMENT.has(field))),
  );
}

const json = { "content-type": "application/json" };

/** The operations of the HTTP door by resource and method, with the same call of the other door. */
const HTTP: Readonly<
  Record<string, Readonly<Record<string, { path: string; body?: unknown; call: Call } | NoAccess>>>
> = {
  "/profiles": {
    GET: {
      path: `/profiles?select=id,email&id=eq.${ADA}`,
      call: (db) => db.from("profiles").select("id,email").eq("id", ADA),
    },
    HEAD: {
      path: "/profiles?select=*&email=like.*phi*",
      call: (db) => db.from("profiles").select("*", { head: true }).like("email", "%phi%"),
    },
    POST: {
      path: "/profiles",
      body: { id: "00000000-0000-4000-8000-00000000000f", email: "new@phi.example" },
      call: (db) =>
        db.from("profiles").insert({ id: "00000000-0000-4000-8000-00000000000f", email: "new@phi.example" }),
    },
    PATCH: {
      path: `/profiles?id=eq.${ADA}`,
      body: { full_name: "New Phi" },
      call: (db) => db.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA),
    },
    DELETE: { path: `/profiles?id=eq.${ADA}`, call: (db) => db.from("profiles").delete().eq("id", ADA) },
    OPTIONS: { reason: "says which methods there are" },
  },
  "/rpc/relabel": {
    POST: { path: "/rpc/relabel", body: {}, call: (db) => db.rpc("relabel") },
    OPTIONS: { reason: "says which methods there are" },
  },
  // The catalog calls it volatile, so GET is not among its methods.
  "/": {
    GET: { reason: "describes the schema, and shows no row" },
    HEAD: { reason: "describes the schema, and shows no row" },
    OPTIONS: { reason: "says which methods there are" },
  },
};

describe.each(Object.entries(HTTP))("the HTTP door at %s", (path, methods) => {
  const ask = (method: string, target: string, body?: unknown): Promise<Response> =>
    door(
      new Request(`http://localhost${target}`, {
        method,
        headers: json,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );

  test("every method that it allows has its entry", async () => {
    const allowed = (await ask("OPTIONS", path)).headers.get("allow")?.split(",") ?? [];
    // What the builder cannot say has a test of its own below.
    expect(allowed.filter((method) => method !== "PUT").toSorted()).toEqual(Object.keys(methods).toSorted());
  });

  const calls = Object.entries(methods).flatMap(([method, entry]) =>
    "reason" in entry ? [] : [{ method, ...entry }],
  );

  test.each(Object.keys(methods).filter((method) => "reason" in (methods[method] ?? {})))(
    "%s leaves nothing",
    async (method) => {
      expect(await recorded(() => ask(method, path))).toEqual([]);
    },
  );

  test.each(calls)(
    "$method is recorded as the other door's call is",
    async ({ method, path: target, body, call }) => {
      const through = await recorded(async () => {
        const answer = await ask(method, target, body);
        expect(answer.status).toBeLessThan(300);
      });
      expect(through).toHaveLength(1);
      await bench.reset();
      const same = await recorded(() => call(bench.supabase.withClaims({ role })));
      expect(compared(through)).toEqual(compared(same));
    },
  );
});

test("PUT, which only the HTTP door has, is recorded", async () => {
  const records = await recorded(() =>
    door(
      new Request(`http://localhost/profiles?id=eq.${ADA}`, {
        method: "PUT",
        headers: json,
        body: JSON.stringify({ id: ADA, email: "new@phi.example" }),
      }),
    ),
  );
  expect(records).toMatchObject([
    { action: "UPDATE", outcome: "success", subjects: [ADA], filters: ["public.profiles.id eq"] },
  ]);
});
