import { connect } from "@offramp/db";
import { beforeAll, describe, expect, inject, test } from "vitest";

import * as schema from "../documents/schema.ts";
import { guideDatabase } from "./guide-database.ts";

const server = connect({ url: inject("postgresUrl"), max: 1 });
const [pgvector] = await server.query({
  text: "select default_version as version from pg_available_extensions where name = 'vector'",
});
await server.close();

// Debian has pgvector as postgresql-NN-pgvector; the embedded server of the tests does not.
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
});
