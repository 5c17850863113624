import { expect, test } from "vitest";

import { connect } from "../src/index.ts";
import { testDatabase } from "./test-database.ts";

const database = testDatabase();

test("a statement without rows answers with how many it changed, by its command tag", async () => {
  const db = connect({ url: database.url, max: 1 });
  await db.query({ text: "create table beds (id int primary key, ward text)" });
  const changed = (text: string, values: readonly string[] = []) =>
    db.query({ text, values, affectedAs: "changed", prepare: true });
  expect(await changed("insert into beds select n, 'A' from generate_series(1, $1::int) n", ["5"])).toEqual([
    { changed: "5" },
  ]);
  expect(await changed("update beds set ward = 'B' where id <= $1", ["2"])).toEqual([{ changed: "2" }]);
  expect(await changed("delete from beds where id = $1", ["9"])).toEqual([{ changed: "0" }]);
  expect(await changed("insert into beds values (1, 'C') on conflict do nothing")).toEqual([
    { changed: "0" },
  ]);
  await db.close();
});
