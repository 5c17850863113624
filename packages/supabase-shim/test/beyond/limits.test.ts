import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { clinicDatabase, type ClinicDatabase } from "../clinic-database.ts";
import { testDatabase } from "../test-database.ts";

let clinic: ClinicDatabase;
let limited: SupabaseClient;

beforeAll(async () => {
  clinic = await clinicDatabase({ audited: false });
  limited = createClient(clinic.db, undefined, { limits: { maxEmbedDepth: 1, maxPayloadBytes: 100 } });
});

afterAll(() => clinic.close());

test("no more rows come back than allowed, of any relation and function, and every write writes all", async () => {
  const pool = await testDatabase(`
    create table parents (id int primary key);
    create table children (id int primary key, parent_id int references parents);
    create function all_children() returns setof children stable language sql as 'select * from children order by id';`);
  const client = createClient(pool.db, undefined, { limits: { maxRows: 2 }, watchSchema: false });
  const ids = [1, 2, 3].map((id) => ({ id }));
  expect((await client.from("parents").insert(ids).select()).data).toEqual(ids);
  await client
    .from("children")
    .insert(ids.map(({ id }) => ({ id, parent_id: 1 })))
    .throwOnError();
  const { data, count, status } = await client
    .from("parents")
    .select("id, children(id)", { count: "exact" })
    .order("id");
  expect({ data, count, status }).toEqual({
    data: [
      { id: 1, children: [{ id: 1 }, { id: 2 }] },
      { id: 2, children: [] },
    ],
    count: 3,
    status: 206,
  });
  expect((await client.from("parents").select("id").limit(1)).data).toHaveLength(1);
  expect((await client.rpc("all_children")).data).toHaveLength(2);
  await pool.close();
});

test.each([-1, 1.5, Number.NaN, "10"])("a limit is a whole number, and not %s", (limit) => {
  expect(() => createClient(clinic.db, undefined, { limits: { maxRows: limit as number } })).toThrow(
    "limits.maxRows takes a whole number.",
  );
});

test("embeds deeper than allowed are refused before anything runs", async () => {
  expect((await limited.from("profiles").select("id, metabolic_tests(id)")).error).toBeNull();
  const { error, status } = await limited.from("profiles").select("id, metabolic_tests(id, reports(id))");
  expect(status).toBe(400);
  expect(error).toMatchObject({ code: "OFF005", hint: expect.stringContaining("maxEmbedDepth") });
});

test("a payload larger than allowed is refused, also where a smaller one of its shape has run", async () => {
  const row = (name: string) => ({ email: `${name.length}@example.org`, full_name: name });
  expect((await limited.from("profiles").insert(row("Ada"))).status).toBe(201);
  const { error, status } = await limited.from("profiles").insert(row("é".repeat(40)));
  expect(status).toBe(413);
  expect(error).toMatchObject({ code: "OFF005", hint: expect.stringContaining("maxPayloadBytes") });
  expect(await clinic.column("select count(*) from profiles")).toEqual(["1"]);
});
