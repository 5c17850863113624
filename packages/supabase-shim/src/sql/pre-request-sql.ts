import { qualified, sql } from "./fragment.ts";

/** The statement that runs a function without arguments before a call. */
export function preRequestSql(routine: { readonly schema?: string; readonly name: string }): string {
  return sql`select ${qualified(routine)}()`.render().text;
}
