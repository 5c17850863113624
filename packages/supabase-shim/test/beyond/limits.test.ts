import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { clinicDatabase, type ClinicDatabase } from "../clinic-database.ts";

let clinic: ClinicDatabase;
let limited: SupabaseClient;

beforeAll(async () => {
  clinic = await clinicDatabase({ audited: false });
  limited = createClient(clinic.db, undefined, { limits: { maxEmbedDepth: 1, maxPayloadBytes: 100 } });
});

afterAll(() => clinic.close());

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
