import { connect } from "@offramp/db";
import { beforeAll, describe, expect, inject, test } from "vitest";

import * as schema from "../documents/schema.ts";
import { guideDatabase } from "./guide-database.ts";

const server = connect({ url: inject("postgresUrl"), max: 1 });
const [pgvector] = await server.query({
  text: "select default_version as version from pg_available_extensions where name = 'vector'",
});
await server.close();

// Debian 13 and PostgreSQL's own packages have it as postgresql-NN-pgvector; Debian 12 and the embedded server have not.
const reason = pgvector === undefined ? ": SKIPPED, this server has no pgvector" : "";

describe.skipIf(pgvector === undefined)(`documents with embeddings${reason}`, () => {
  const guide = guideDatabase("documents", schema);
  const ANN = "00000000-0000-4000-8000-000000000001";

  beforeAll(async () => {
    const { client } = guide;
    await client.from("users").insert({ id: ANN, email: "ann@example.org" }).throwOnError();
    await client
      .from("documents")
      .insert([
        { user_id: ANN, title: "cats", s3_key: "1", embedding: "[1,0,0]" },
        { user_id: ANN, title: "dogs", s3_key: "2", embedding: "[0.9,0.1,0]" },
        { user_id: ANN, title: "taxes", s3_key: "3", embedding: "[0,0,1]" },
      ])
      .throwOnError();
  });

  test("the migrated database conforms to its schema and its migrations", async () => {
    expect(await guide.findings()).toBe("");
  });

  test("the nearest documents come first, through the function that the application calls", async () => {
    const { data } = await guide.client
      .rpc("match_documents", { query_embedding: "[1,0,0]", match_count: 2 })
      .throwOnError();
    expect(data).toMatchObject([{ title: "cats" }, { title: "dogs" }]);
  });

  test("vectors are read and written as PostgREST shows them, at any depth, and checked", async () => {
    const { client } = guide;
    const { data: made } = await client
      .from("documents")
      .insert({ user_id: ANN, title: "birds", s3_key: "4", embedding: [0, 1, 0] as never })
      .select("id, embedding")
      .single()
      .throwOnError();
    expect(made?.embedding).toBe("[0,1,0]");
    await client
      .from("analysis")
      .insert({ document_id: made?.id, result: { wings: 2 } })
      .throwOnError();
    const { data: users } = await client
      .from("users")
      .select("email, documents(title, embedding, analysis(result))")
      .eq("documents.title", "birds")
      .throwOnError();
    expect(users).toEqual([
      {
        email: "ann@example.org",
        documents: [{ title: "birds", embedding: "[0,1,0]", analysis: [{ result: { wings: 2 } }] }],
      },
    ]);
    const changed = await client
      .from("documents")
      .update({ embedding: "[0,0.5,0.5]" })
      .eq("title", "birds")
      .select("embedding");
    expect(changed.data).toEqual([{ embedding: "[0,0.5,0.5]" }]);
    const wrong = await client.from("documents").update({ embedding: "[1,2]" }).eq("title", "birds");
    expect(wrong.error).toMatchObject({ code: "22000", message: "expected 3 dimensions, not 2" });
    await client.from("documents").delete().eq("title", "birds").throwOnError();
  });

  test("a drift of the column or its index is found", async () => {
    const { db } = guide;
    await db.query({
      script: true,
      text: "drop index documents_embedding_idx; alter table documents alter embedding type vector(4) using null",
    });
    expect(await guide.findings()).toMatch(
      /documents_embedding_idx[^]*documents\.embedding|documents\.embedding[^]*documents_embedding_idx/,
    );
    await db.query({
      script: true,
      text: `alter table documents alter embedding type vector(3) using null;
        create index documents_embedding_idx on documents using hnsw (embedding vector_cosine_ops)`,
    });
    expect(await guide.findings()).toBe("");
  });
});
