import { SIDES } from "./oracle/oracle-source.ts";
import type { RecordedQuery } from "./recorded-queries.ts";

/** Recorded answers that their query's type does not allow, and why. When one comes to be allowed, it must leave this list. */
export const NOT_ALLOWED: Readonly<Record<string, string>> = {
  "select/types-row1": "an array's elements may be null, which a generated type does not say",
  "insert/types": "an array's elements may be null, which a generated type does not say",
  "value/array-of-null": "an array's elements may be null, which a generated type does not say",
  "value/nested-array": "PostgreSQL's arrays have any number of dimensions; a generated type has one",
  "value/numeric-nan": "JSON has no number for NaN: it comes as a text",
  "value/float-special": "JSON has no number for infinity: it comes as a text",
  "rpc/composite-null": "a function that returns no row gives one of nulls",
  "app/who-is-on-call": "a filter inside an embed that is not inner can take away a row that is always there",
  "select/injection-in-cast": "PostgREST reads only the beginning; the type refuses what is no select string",
};

/** The recorded cases with an answer. */
export function twinsOf(queries: readonly RecordedQuery[]): readonly RecordedQuery[] {
  return queries.filter(({ recorded: { result, exact } }) => (exact ?? result).error === null);
}

/** A program that holds each recorded answer against the type of its query's data: a line each, below its name. */
export function twinsSource(queries: readonly RecordedQuery[]): string {
  return [
    'import type { Database } from "./database.types";',
    `import type { SupabaseClient } from "${SIDES.ours.module}";`,
    "declare const client: SupabaseClient<Database>;",
    ...queries.flatMap(({ id, calls, recorded: { result, exact } }, index) => [
      id in NOT_ALLOWED ? `// @ts-expect-error ${id}` : `// ${id}`,
      `const q${index} = client${calls}; (${JSON.stringify((exact ?? result).data)}) satisfies Awaited<typeof q${index}>["data"];`,
    ]),
  ].join("\n");
}
