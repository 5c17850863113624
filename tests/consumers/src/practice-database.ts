import { readFileSync } from "node:fs";

import { clinicMigrations, connect, migrate, migration } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";

/** The database that the applications are written for. */
export interface PracticeDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/** Of the patient who is in the database. */
export const PATIENT = "7d2f6b1e-0000-4000-8000-000000000001";

const rows = `
  insert into profiles (id, email, full_name) values ('${PATIENT}', 'ada@example.org', 'Ada King');
  insert into visits (patient_id, status, begins_at, room, questionnaire) values
    ('${PATIENT}', 'seen', now() - interval '3 days', 'B 12', '{"smoker": true}'),
    ('${PATIENT}', 'missed', '2026-02-03 09:00+00', null, null),
    ('${PATIENT}', 'booked', '2027-01-07 08:30+00', 'A "1"', null);
`;

/** Makes the clinic's tables, those of `practice.sql`, and a few rows. */
export async function startPracticeDatabase(): Promise<PracticeDatabase> {
  const server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  const schema = readFileSync(new URL("../applications/practice.sql", import.meta.url), "utf8");
  const practice = {
    name: "practice",
    migrations: () => [migration("0000_schema", [schema]), migration("0001_rows", [rows])],
  };
  const db = connect({ url });
  try {
    await migrate(db, [clinicMigrations, practice]);
  } finally {
    await db.close();
  }
  return { url, stop: () => server.stop() };
}
