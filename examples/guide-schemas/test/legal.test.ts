import { beforeAll, expect, test } from "vitest";

import * as schema from "../legal/schema.ts";
import { guideDatabase } from "./guide-database.ts";

const guide = guideDatabase("legal", schema);
const CASE = "00000000-0000-4000-8000-000000000001";
const LEASE = "00000000-0000-4000-8000-000000000002";
const WILL = "00000000-0000-4000-8000-000000000003";

beforeAll(async () => {
  const { client } = guide;
  await client.from("projects").insert({ id: CASE, name: "Estate of Smith" }).throwOnError();
  await client
    .from("documents")
    .insert(
      [
        { id: LEASE, project_id: CASE, file_name: "lease.pdf", s3_key: "a/lease.pdf", status: "completed" },
        { id: WILL, project_id: CASE, file_name: "will.pdf", s3_key: "a/will.pdf" },
      ],
      { defaultToNull: false },
    )
    .throwOnError();
  await client
    .from("chunks")
    .insert([
      { document_id: LEASE, position: 1, content: "The tenant pays the rents on the first of each month." },
      { document_id: LEASE, position: 2, content: "The landlord keeps the roof." },
      { document_id: WILL, position: 1, content: "I leave my house to Jonathan Smith." },
    ])
    .throwOnError();
  await client
    .from("entities")
    .insert([
      { document_id: WILL, kind: "person", name: "Jonathan Smith", confidence: 0.9 },
      { document_id: LEASE, kind: "person", name: "Mary Jones", confidence: 0.7 },
    ])
    .throwOnError();
});

test("the migrated database conforms to its schema and its migrations", async () => {
  expect(await guide.findings()).toBe("");
});

test("full-text search finds another form of the word, through the embedded table", async () => {
  const { data } = await guide.client
    .from("chunks")
    .select("position, documents!inner(file_name)")
    .textSearch("search", "tenant & renting", { config: "english" })
    .throwOnError();
  expect(data).toEqual([{ position: 1, documents: { file_name: "lease.pdf" } }]);
});

test("a part of a name is found, whatever its case", async () => {
  const { data } = await guide.client
    .from("entities")
    .select("name, confidence")
    .ilike("name", "%nathan sm%")
    .throwOnError();
  expect(data).toEqual([{ name: "Jonathan Smith", confidence: 0.9 }]);
});

test("the trigram and full-text indexes are what PostgreSQL uses for it", async () => {
  const plan = async (text: string): Promise<string> => {
    const rows = await guide.db.transaction(async (transaction) => {
      await transaction.query({ text: "set local enable_seqscan = off" });
      return transaction.query({ text: `explain ${text}` });
    });
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  };
  expect(await plan("select from entities where name ilike '%nathan%'")).toContain("entities_name_trgm_idx");
  expect(await plan("select from chunks where search @@ to_tsquery('english', 'rent')")).toContain(
    "chunks_search_idx",
  );
});

test("an enum filters, orders as it was declared, and refuses a label that it has not", async () => {
  const { client } = guide;
  const { data } = await client
    .from("documents")
    .select("file_name, status")
    .in("status", ["pending", "completed"])
    .order("status")
    .throwOnError();
  expect(data).toEqual([
    { file_name: "will.pdf", status: "pending" },
    { file_name: "lease.pdf", status: "completed" },
  ]);
  const { error } = await client.from("documents").update({ status: "lost" }).eq("id", WILL);
  // invalid_text_representation
  expect(error?.code).toBe("22P02");
});

test("a trigger keeps updated_at", async () => {
  const { client } = guide;
  const before = await client.from("documents").select("updated_at").eq("id", WILL).single().throwOnError();
  const after = await client
    .from("documents")
    .update({ status: "reprocessing" })
    .eq("id", WILL)
    .select("updated_at")
    .single()
    .throwOnError();
  expect(after.data.updated_at > before.data.updated_at).toBe(true);
});
