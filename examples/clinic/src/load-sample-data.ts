import type { Database, Queryable } from "@offramp/db";
import type { SampleData } from "./sample-data.ts";

/** One statement for each table: the rows travel as one JSON text. */
const statements: Readonly<Record<keyof SampleData, string>> = {
  profiles: `
    insert into profiles (id, email, full_name, date_of_birth, created_at)
    select id, email, full_name, date_of_birth, created_at
    from jsonb_to_recordset($1::jsonb)
      as r (id uuid, email text, full_name text, date_of_birth date, created_at timestamptz)`,
  metabolicTests: `
    insert into metabolic_tests
      (id, user_id, test_date, vo2_max, rmr, rer, heart_rate_zones, raw_data, created_at)
    select id, user_id, test_date, vo2_max, rmr, rer, heart_rate_zones, raw_data, created_at
    from jsonb_to_recordset($1::jsonb)
      as r (id uuid, user_id uuid, test_date date, vo2_max numeric, rmr integer, rer numeric,
            heart_rate_zones jsonb, raw_data jsonb, created_at timestamptz)`,
  reports: `
    insert into reports
      (id, user_id, test_id, report_type, html_content, biological_age, created_at)
    select id, user_id, test_id, report_type, html_content, biological_age, created_at
    from jsonb_to_recordset($1::jsonb)
      as r (id uuid, user_id uuid, test_id uuid, report_type text, html_content text,
            biological_age integer, created_at timestamptz)`,
  subscriptions: `
    insert into subscriptions
      (id, user_id, tier, status, reports_remaining, ai_credits_remaining, created_at)
    select id, user_id, tier, status, reports_remaining, ai_credits_remaining, created_at
    from jsonb_to_recordset($1::jsonb)
      as r (id uuid, user_id uuid, tier text, status text, reports_remaining integer,
            ai_credits_remaining integer, created_at timestamptz)`,
};

/** All rows or none. */
export async function loadSampleData(database: Database, data: SampleData): Promise<void> {
  await database.transaction(async (transaction: Queryable) => {
    for (const table of ["profiles", "metabolicTests", "reports", "subscriptions"] as const) {
      await transaction.query({ text: statements[table], values: [JSON.stringify(data[table])] });
    }
  });
  await database.query({ text: "analyze" });
}
