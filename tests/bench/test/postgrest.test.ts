import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgrestOn } from "../src/engine/postgrest.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "offramp-bench-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function executable(script: string): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.mjs`);
  await writeFile(path, `#!${process.execPath}\n${script}`, { mode: 0o755 });
  return path;
}

const DATABASE = "postgres://bench@127.0.0.1:1/bench";

test("an executable is started for the database, with the connections of all others, and its token is the key", async () => {
  const path = await executable(`
    import { createHmac } from "node:crypto";
    import { createServer } from "node:http";
    const { PGRST_DB_URI, PGRST_DB_POOL, PGRST_SERVER_PORT, PGRST_SERVER_HOST, PGRST_JWT_SECRET } = process.env;
    createServer((request, response) => {
      const [head, claims, signature] = (request.headers.authorization ?? "").replace("Bearer ", "").split(".");
      const signed = createHmac("sha256", PGRST_JWT_SECRET).update(head + "." + claims).digest("base64url");
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify([{ PGRST_DB_URI, PGRST_DB_POOL, signed: signed === signature }]));
    }).listen(Number(PGRST_SERVER_PORT), PGRST_SERVER_HOST);
  `);
  const { url, token, stop } = await postgrestOn(DATABASE, { executable: path });
  const { data } = await createClient(url, token).from("items").select();
  expect(data).toEqual([{ PGRST_DB_URI: DATABASE, PGRST_DB_POOL: "10", signed: true }]);
  await stop();
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

test("what an executable says before it ends is in the error", async () => {
  const path = await executable(`console.error("no such database"); process.exit(3);`);
  await expect(postgrestOn(DATABASE, { executable: path })).rejects.toThrow(
    "PostgREST does not run: it ended with code 3: no such database",
  );
});

test("an executable that is not there is an error at once", async () => {
  await expect(postgrestOn(DATABASE, { executable: join(folder, "absent") })).rejects.toThrow("ENOENT");
});
