import type { TypedQuery } from "../typed-query.ts";

/** Which client's types a query is looked at with. */
export const SIDES = {
  ours: { module: "@offramp/supabase-shim", prefix: "o" },
  theirs: { module: "@supabase/supabase-js", prefix: "t" },
} as const;

/**
 * Written out to the last field, so that two types that say the same are the same, however they were made. JSON is left
 * as it is: it has no last field.
 */
const WRITTEN_OUT = `
type Written<T> = 0 extends 1 & T ? any : [T] extends [Json] ? ([Json] extends [T] ? Json : Each<T>) : Each<T>;
type Each<T> = T extends readonly (infer E)[] ? Written<E>[] : T extends object ? { [K in keyof T]: Written<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
`;

/** What the two clients are typed with: the `Database` type beside the file, or nothing. */
export type Typing = "database" | "untyped";

/** A program that types every query with both clients; \`R7\` is what came of the eighth. */
export function oracleSource(queries: readonly TypedQuery[], typing: Typing): string {
  const argument = typing === "database" ? "<Database>" : "";
  return [
    'import type { Database, Json } from "./database.types";',
    ...Object.values(SIDES).map(
      ({ module, prefix }) =>
        `import type { QueryData as ${prefix}Data, SupabaseClient as ${prefix}Client } from "${module}";\ndeclare const ${prefix}: ${prefix}Client${argument};`,
    ),
    WRITTEN_OUT,
    ...queries.flatMap(({ calls }, index) => [
      `const o${index} = o${calls};`,
      `const t${index} = t${calls};`,
      `export type R${index} = [Same<Written<oData<typeof o${index}>>, Written<tData<typeof t${index}>>>, Written<oData<typeof o${index}>>, Written<tData<typeof t${index}>>];`,
    ]),
    "export type Unused = Database;",
  ].join("\n");
}
