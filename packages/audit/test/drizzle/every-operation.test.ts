import { PgDatabase, PgSession, PgTransaction } from "drizzle-orm/pg-core";
import { expect, it } from "vitest";

/**
 * How each public operation of a Drizzle database comes to its record. A method that a new version of Drizzle brings
 * is in neither list: decide how it is recorded before it is added.
 */
const RECORDED = {
  database: {
    select: "prepareQuery",
    selectDistinct: "prepareQuery",
    selectDistinctOn: "prepareQuery",
    insert: "prepareQuery",
    update: "prepareQuery",
    delete: "prepareQuery",
    with: "prepareQuery",
    $with: "part of a statement",
    $count: "session.count",
    query: "prepareQuery",
    execute: "prepareQuery: refused unless declared",
    refreshMaterializedView: "prepareQuery: shows nothing",
    transaction: "session.transaction",
    $cache: "never asked",
    _: "not an operation",
    dialect: "not an operation",
    session: "not an operation",
    authToken: "not an operation",
  },
  transaction: {
    rollback: "shows nothing",
    setTransaction: "the driver's own",
    getTransactionConfigSQL: "shows nothing",
    schema: "not an operation",
    nestedIndex: "not an operation",
  },
  session: {
    prepareQuery: "AuditedQuery",
    execute: "prepareQuery",
    all: "prepareQuery",
    count: "prepareQuery",
    transaction: "AuditedTransaction",
    dialect: "not an operation",
  },
} as const;

/** Drizzle's classes make some of their members in the constructor. */
function membersOf(instance: object): string[] {
  const names = new Set(Object.keys(instance));
  for (let at: object | null = Object.getPrototypeOf(instance); at !== null && at !== Object.prototype;) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== "constructor") names.add(name);
    at = Object.getPrototypeOf(at);
  }
  return [...names].toSorted();
}

class PlainSession extends PgSession {
  override prepareQuery(): never {
    throw new Error("not called");
  }
  override transaction(): never {
    throw new Error("not called");
  }
}

class PlainTransaction extends PgTransaction<never> {
  override transaction(): never {
    throw new Error("not called");
  }
}

const session = new PlainSession(undefined as never);

it("knows every member of a Drizzle database", () => {
  const database = new PgDatabase(undefined as never, session as never, undefined);
  expect(membersOf(database)).toEqual(Object.keys(RECORDED.database).toSorted());
});

it("knows every member of a Drizzle transaction", () => {
  const transaction = new PlainTransaction(undefined as never, session as never, undefined);
  const known = { ...RECORDED.database, ...RECORDED.transaction };
  expect(membersOf(transaction)).toEqual(Object.keys(known).toSorted());
});

it("knows every member of a Drizzle session", () => {
  expect(membersOf(session)).toEqual(Object.keys(RECORDED.session).toSorted());
});
