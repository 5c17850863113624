import { clinicMigrations, connect, migrate } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { generateTypes } from "@offramp/supabase-shim/generate";
import { expect, it } from "vitest";
import { compile } from "../src/compilers.ts";
import { COMPILER_OPTIONS, Workbench } from "../src/workbench.ts";

const TABLES = ["profiles", "metabolic_tests", "reports", "subscriptions"];

/** Each part of each table, from the schema and from the database, as one that the other can be put in and back. */
const PROGRAM = `
import type * as schema from "@offramp/db/schema";
import type { DatabaseOf } from "@offramp/supabase-shim";
import type { Database, Json } from "./database.types";

type Tables = DatabaseOf<typeof schema>["public"]["Tables"];
type Live = Database["public"]["Tables"];
type Written<T> = [T] extends [Json] ? ([Json] extends [T] ? Json : T) : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Flat<T> = { [K in keyof T]: Written<T[K]> };
type Columns<Name extends keyof Tables & keyof Live> = {
  Row: Same<Flat<Tables[Name]["Row"]>, Flat<Live[Name]["Row"]>>;
  Insert: Same<Flat<Tables[Name]["Insert"]>, Flat<Live[Name]["Insert"]>>;
  Update: Same<Flat<Tables[Name]["Update"]>, Flat<Live[Name]["Update"]>>;
  Relationships: Same<Keys<Tables[Name]["Relationships"]>, Keys<Live[Name]["Relationships"]>>;
};
type Keys<List> = List extends readonly (infer Key)[] ? (Key extends unknown ? Flat<Key> : never) : never;
type AllTrue = { Row: true; Insert: true; Update: true; Relationships: true };
${TABLES.map((table) => `export const ${table}: Columns<"${table}"> = {} as AllTrue;`).join("\n")}
export const names: Same<keyof Tables, keyof Live> = true;
`;

it("DatabaseOf says of the clinic's schema what generateTypes says of its database", async () => {
  const server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  const db = connect({ url, max: 2 });
  try {
    await migrate(db, [clinicMigrations]);
    using bench = new Workbench("drizzle");
    bench.write("database.types.ts", await generateTypes(db));
    bench.write("drizzle.ts", PROGRAM);
    const configuration = { compilerOptions: COMPILER_OPTIONS, files: ["drizzle.ts"] };
    const { errors } = await compile(
      "TypeScript 7",
      bench.write("tsconfig.json", JSON.stringify(configuration)),
    );
    expect(errors.join("\n")).toBe("");
  } finally {
    await db.close();
    await server.stop();
  }
}, 60_000);
