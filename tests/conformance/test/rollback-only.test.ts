import { connect, ServerError, type Database } from "@offramp/db";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rollbackOnly } from "../src/rollback-only.ts";

let server: ThrowawayPostgres;
let real: Database;
let role: string;

beforeAll(async () => {
  server = await throwawayPostgres();
  const created = await server.createDatabase();
  role = `${created.name}_reader`;
  real = connect({ url: created.url, max: 2 });
  await real.query({
    text: `create table item (id int primary key); create role ${role}; grant select, insert on item to ${role}`,
    script: true,
  });
});

afterAll(async () => {
  await real.query({ text: `drop owned by ${role}; drop role ${role}`, script: true });
  await real.close();
  await server.stop();
});

async function rows(): Promise<number> {
  const [row] = await real.query({ text: "select count(*) as n from item" });
  return Number(row?.["n"]);
}

const insert = { text: "insert into item values ($1) returning id", values: ["1"] };

it("gives a single statement's rows and keeps nothing", async () => {
  expect(await rollbackOnly(real).query(insert)).toEqual([{ id: "1" }]);
  expect(await rows()).toBe(0);
});

it("gives a transaction's result and keeps nothing", async () => {
  const result = await rollbackOnly(real).transaction(async (transaction) => {
    await transaction.query(insert);
    return transaction.query({ text: "select id from item" });
  });
  expect(result).toEqual([{ id: "1" }]);
  expect(await rows()).toBe(0);
  await expect(rollbackOnly(real).transaction(async () => Promise.reject(new Error("mine")))).rejects.toThrow(
    "mine",
  );
});

it("turns the commit of a pipelined transaction into a rollback", async () => {
  const connection = await rollbackOnly(real, role).reserve();
  const sent = [
    connection.query({ text: "begin read write" }),
    connection.query(insert),
    connection.query({ text: "select current_user as who" }),
    connection.query({ text: "commit" }),
  ];
  const [, inserted, who] = await Promise.all(sent);
  expect(inserted).toEqual([{ id: "1" }]);
  expect(who).toEqual([{ who: role }]);
  expect(
    await connection.query({ text: "select current_user <> $1 as changed_back from item", values: [role] }),
  ).toEqual([]);
  await connection.release();
  expect(await rows()).toBe(0);
});

it("passes the options of begin on, and wraps a lone statement on a reserved connection", async () => {
  const connection = await rollbackOnly(real).reserve();
  await connection.query({ text: "begin read only" });
  await expect(connection.query(insert)).rejects.toMatchObject({ code: "25006" });
  await connection.query({ text: "rollback" });
  expect(await connection.query(insert)).toEqual([{ id: "1" }]);
  await connection.release();
  expect(await rows()).toBe(0);
});

it("runs with the role's rights and no more", async () => {
  const refused = rollbackOnly(real, role).query({ text: "delete from item" });
  await expect(refused).rejects.toBeInstanceOf(ServerError);
  await expect(refused).rejects.toMatchObject({ code: "42501" });
});
