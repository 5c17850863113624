import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createHandler } from "../../src/http-entry.ts";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

/** PostgREST, "Function Settings": what PostgreSQL itself only heeds when a transaction or statement begins. */
const SCRIPT = `
  create function hasty(seconds float8) returns int stable language sql set statement_timeout = '200ms' as
    'select 1 from pg_sleep(seconds)';
  create function timeout_now() returns text stable language sql set statement_timeout = '7s' as
    $$ select current_setting('statement_timeout') $$;
  create function isolation_now() returns text stable language sql as $$ select current_setting('transaction_isolation') $$;
  create function isolated() returns text volatile language sql set default_transaction_isolation = 'serializable' as
    $$ select current_setting('transaction_isolation') $$;
  create function repeated() returns text stable language sql set default_transaction_isolation = 'repeatable read' as
    $$ select current_setting('transaction_isolation') $$;
  create function over(a int) returns text stable language sql set statement_timeout = '1s' as
    $$ select current_setting('statement_timeout') $$;
  create function over(a int, b int) returns text stable language sql as $$ select current_setting('statement_timeout') $$;`;

let database: TestDatabase;
let client: SupabaseClient;

beforeAll(async () => {
  database = await testDatabase(SCRIPT);
  client = createClient(database.db, undefined, { watchSchema: false });
});

afterAll(() => database.close());

describe("a function's own settings hold before it is called", () => {
  test("its timeout ends the statement, by any method, and no other", async () => {
    const timedOut = {
      status: 500,
      error: { code: "57014", message: "canceling statement due to statement timeout" },
    };
    expect(await client.rpc("hasty", { seconds: 20 })).toMatchObject(timedOut);
    expect(await client.rpc("hasty", { seconds: 20 }, { get: true })).toMatchObject(timedOut);
    expect((await client.rpc("hasty", { seconds: 0 })).data).toBe(1);
    expect((await client.rpc("over", { a: 1 })).data).toBe("1s");
    expect((await client.rpc("over", { a: 1, b: 2 })).data).toBe("0");
  });

  test("a call's own timeout goes before it", async () => {
    expect((await client.rpc("hasty", { seconds: 0.5 }).statementTimeout(5_000)).data).toBe(1);
    expect((await client.rpc("timeout_now")).data).toBe("7s");
  });

  test("its isolation is the transaction's", async () => {
    expect((await client.rpc("isolated")).data).toBe("serializable");
    expect((await client.rpc("repeated")).data).toBe("repeatable read");
    expect((await client.rpc("isolation_now")).data).toBe("read committed");
  });

  test("through the HTTP door too", async () => {
    const handler = createHandler(database.db, { anonRole: "postgres", schemas: ["public"] });
    const slow = await handler(new Request("http://door/rpc/hasty?seconds=20"));
    expect([slow.status, await slow.json()]).toMatchObject([500, { code: "57014" }]);
    const isolated = await handler(new Request("http://door/rpc/isolated", { method: "POST" }));
    expect(await isolated.json()).toBe("serializable");
  });

  test("and leave the connection as it was, in a transaction as well", async () => {
    await client.transaction(async (tx) => {
      await tx.rpc("over", { a: 1 });
      expect((await tx.rpc("over", { a: 1, b: 2 })).data).toBe("0");
    });
    expect((await client.rpc("over", { a: 1, b: 2 })).data).toBe("0");
  });
});
