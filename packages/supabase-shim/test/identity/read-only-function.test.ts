import { connect } from "@offramp/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { logStatements, type StatementLog } from "../statement-log.ts";
import { ADA, userDatabase, type UserDatabase } from "./user-database.ts";

/** A function that is declared to change nothing runs read-only, whoever calls it, and is told so once. */

let database: UserDatabase;
let log: StatementLog;
let client: SupabaseClient;

beforeAll(async () => {
  database = await userDatabase();
  await database.owner.query({
    script: true,
    text: `create table marks (id int);
      grant insert on marks to authenticated;
      create function access_mode() returns text language sql stable as
        $$ select current_setting('transaction_read_only') $$;
      create function mark() returns int language sql volatile as $$ insert into marks values (1) returning id $$;
      create function claims_to_read() returns int language plpgsql stable as $$ begin return mark(); end $$;`,
  });
  log = logStatements(connect({ url: database.ownerUrl, max: 2 }));
  client = createClient(log.database, undefined, { audit: false });
  await client.from("notes").select("id").limit(1);
});

afterAll(async () => {
  await log.database.close();
  await database.close();
});

test("with a role by its transaction, and the statement does not say it again", async () => {
  const user = client.withClaims({ role: "authenticated", sub: ADA });
  log.take();
  expect(await user.rpc("access_mode")).toMatchObject({ error: null, data: "on" });
  const texts = log.take().map(({ text }) => text);
  expect(texts[0]).toBe("begin isolation level read committed read only");
  expect(texts.filter((text) => text.includes("transaction_read_only"))).toEqual([]);
  expect(await user.rpc("claims_to_read")).toMatchObject({ data: null, error: { code: "25006" } });
});

test("with the connection's own rights by its statement, which runs alone", async () => {
  log.take();
  expect(await client.rpc("access_mode")).toMatchObject({ error: null, data: "on" });
  const sent = log.take();
  expect(sent.map(({ on }) => on)).toEqual(["alone"]);
  expect(sent[0]?.text).toContain("set_config('transaction_read_only', 'on', true)");
  expect(await client.rpc("claims_to_read")).toMatchObject({ data: null, error: { code: "25006" } });
});
