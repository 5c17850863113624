import { afterAll, beforeAll, inject } from "vitest";

import { connect, type ConnectOptions, type Database } from "../src/index.ts";
import { throwawayPostgres, type ThrowawayPostgres } from "../src/testing.ts";

/** A database of its own for a test file. */
export interface TestDatabase {
  /** Its URL. */
  readonly url: string;
  /** A handle on it. */
  readonly db: Database;
  readonly postgres: ThrowawayPostgres;
}

/** Creates the database before the file's tests and removes it after them. */
export function testDatabase(options: ConnectOptions = {}): TestDatabase {
  let made: TestDatabase | undefined;
  beforeAll(async () => {
    const postgres = await throwawayPostgres({ provider: "url", url: inject("dbServerUrl") });
    const { url } = await postgres.createDatabase();
    made = { url, postgres, db: connect({ url, ...options }) };
  });
  afterAll(async () => {
    await made?.db.close({ timeoutMs: 100 });
    await made?.postgres.stop();
  });
  const present = (): TestDatabase => {
    if (made === undefined) throw new Error("the database is there only while tests run");
    return made;
  };
  return {
    get url() {
      return present().url;
    },
    get db() {
      return present().db;
    },
    get postgres() {
      return present().postgres;
    },
  };
}

/** What `promise` was rejected with; fails when it was not. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`rejected with something that is no error: ${String(error)}`, { cause: error });
  }
  throw new Error("the promise was expected to be rejected");
}

/** The only row of a result. */
export function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`expected one row, got ${rows.length}`);
  return row;
}
