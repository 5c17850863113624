import { encrypted, phi } from "@offramp/db";
import { date, jsonb, numeric, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { expectTypeOf, test } from "vitest";
import { createClient, type DatabaseOf } from "../../src/index.ts";

const key = "phi";
const patients = pgTable("patients", {
  id: uuid("id").primaryKey().defaultRandom(),
  ssn: phi(encrypted(text("ssn").notNull(), { key, searchable: "equality" }), "identifier"),
  born: encrypted(date("born"), { key }),
  weight: encrypted(numeric("weight", { precision: 5, scale: 2 }), { key }),
  seen: encrypted(timestamp("seen", { withTimezone: true }), { key }),
  chart: encrypted(jsonb("chart").$type<{ readonly zones: readonly number[] }>(), { key }),
});

test("an encrypted column has its plain type", () => {
  type Patients = DatabaseOf<{ patients: typeof patients }>["public"]["Tables"]["patients"];
  expectTypeOf<Patients["Row"]>().toEqualTypeOf<{
    id: string;
    ssn: string;
    born: string | null;
    weight: number | null;
    seen: string | null;
    chart: { readonly zones: readonly number[] } | null;
  }>();
  expectTypeOf<Patients["Insert"]["ssn"]>().toEqualTypeOf<string>();
  expectTypeOf<Patients["Update"]["weight"]>().toEqualTypeOf<number | null | undefined>();
  expectTypeOf<(typeof patients.$inferSelect)["seen"]>().toEqualTypeOf<Date | null>();
});

test("a select and a filter on it are typed as without the encryption", async () => {
  const client = createClient<DatabaseOf<{ patients: typeof patients }>>("postgres://localhost/clinic");
  const { data } = await client
    .from("patients")
    .select("ssn, weight")
    .eq("ssn", "078-05-1120")
    .limit(1)
    .single();
  expectTypeOf(data).toEqualTypeOf<{ ssn: string; weight: number | null } | null>();
});
