import { type AccessRecord, recentAccess, withActor } from "@offramp/audit";
import type { Row } from "@offramp/db";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { clinicDatabase, type ClinicDatabase } from "../clinic-database.ts";
import { logStatements, type SentStatement, type StatementLog } from "../statement-log.ts";

export const ADA = "00000000-0000-4000-8000-00000000000a";
export const BEN = "00000000-0000-4000-8000-00000000000b";
export const TEST = "00000000-0000-4000-8000-0000000000c1";
export const REPORT = "00000000-0000-4000-8000-0000000000d1";
export const SUBSCRIPTION = "00000000-0000-4000-8000-0000000000e1";

/**
 * Every PHI value that the rows below and the calls of the tests have: none may be in a record. Long enough not to
 * be in a time or an id by chance.
 */
export const PHI_VALUES = [
  "ada@phi.example",
  "ben@phi.example",
  "new@phi.example",
  "Ada Phi",
  "Ben Phi",
  "New Phi",
  "1815-12-10",
  "1990-01-02",
  "541.57",
  "1777177717",
  "zone-phi",
  "<p>phi</p>",
  "1370370373",
] as const;

const ROWS = `
  truncate profiles cascade;
  insert into profiles (id, email, full_name, date_of_birth) values
    ('${ADA}', 'ada@phi.example', 'Ada Phi', '1815-12-10'), ('${BEN}', 'ben@phi.example', 'Ben Phi', '1990-01-02');
  insert into metabolic_tests (id, user_id, test_date, vo2_max, rmr, heart_rate_zones) values
    ('${TEST}', '${ADA}', '2026-01-01', 541.57, 1777177717, '{"max": "zone-phi"}');
  insert into reports (id, user_id, test_id, report_type, html_content, biological_age) values
    ('${REPORT}', '${ADA}', '${TEST}', 'full', '<p>phi</p>', 1370370373);
  insert into subscriptions (id, user_id, tier) values ('${SUBSCRIPTION}', '${ADA}', 'pro');`;

export interface Answer {
  readonly data: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly count: number | null;
  readonly status: number;
}

/** A call, with what it sent and what it left in the trail, oldest first. */
export interface Recorded {
  readonly answer: Answer;
  readonly records: readonly AccessRecord[];
  readonly statements: readonly SentStatement[];
}

export interface AuditBench extends ClinicDatabase {
  readonly supabase: SupabaseClient;
  readonly log: StatementLog;
  /** Runs a script past the log. */
  script(text: string): Promise<readonly Row[]>;
  /** The rows as they were. */
  reset(): Promise<void>;
  run(call: (db: SupabaseClient) => PromiseLike<Answer>): Promise<Recorded>;
  /** The whole trail as one text. */
  trail(): Promise<string>;
}

/** The clinic with its trail, and rows whose PHI cannot be mistaken for anything else. */
export async function auditBench(script = ""): Promise<AuditBench> {
  const clinic = await clinicDatabase();
  const run = (text: string): Promise<readonly Row[]> => clinic.db.query({ text, script: true });
  await run(script + ROWS);
  const log = logStatements(clinic.db);
  const supabase = createClient(log.database, undefined, { watchSchema: false });
  await supabase.from("subscriptions").select("tier").throwOnError();
  const newest = async (): Promise<bigint> =>
    BigInt((await clinic.column("select coalesce(max(id), 0) from audit.phi_access_log"))[0] ?? 0);
  return {
    ...clinic,
    supabase,
    log,
    script: run,
    reset: async () => void (await run(ROWS)),
    run: async (call) => {
      const before = await newest();
      log.take();
      const answer = await withActor({ id: "dr-1", role: "clinician", purposeOfUse: "TREAT" }, async () =>
        call(supabase),
      );
      const statements = log.take();
      const records = await recentAccess(clinic.db, { limit: 20 });
      return { answer, statements, records: records.filter(({ id }) => BigInt(id) > before).toReversed() };
    },
    trail: async () =>
      (await clinic.column("select string_agg(log::text, e'\\n') from audit.phi_access_log as log"))[0] ?? "",
  };
}
