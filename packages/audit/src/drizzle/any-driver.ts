import type { PgDatabase, PgSession, PgTransaction } from "drizzle-orm/pg-core";

/*
 * Any driver, any schema: what is audited is the statement, and the types of its answer pass through as they are.
 * Drizzle's type parameters are invariant, so nothing but `any` stands for all of them.
 */

// oxlint-disable-next-line typescript/no-explicit-any
export type AnySession = PgSession<any, any, any>;

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyTransaction = PgTransaction<any, any, any>;

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyDatabase = PgDatabase<any, any, any>;
