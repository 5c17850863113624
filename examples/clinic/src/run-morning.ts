import { withActor } from "@offramp/audit";
import { make, morning, type Answer, type Visit } from "./scenario.ts";
import type { Clinic } from "./setup.ts";
import { showRecords, showVisit } from "./show.ts";
import { StepFailure } from "./step.ts";
import { watchTrail } from "./watch-trail.ts";

/** Makes the application's calls, each under its actor, and shows what came back and what was recorded. */
export async function runMorning(clinic: Clinic): Promise<void> {
  // The application knows its old address and a key, as before; DATABASE_URL says where the database is now.
  process.env["SUPABASE_URL"] = "https://clinic.supabase.co";
  process.env["SUPABASE_KEY"] = "service-role-key";
  process.env["DATABASE_URL"] = clinic.applicationUrl;
  const application = await import("./clinic-app.ts");
  const newRecords = watchTrail(clinic.auditor);
  for (const [index, visit] of morning(clinic.data).entries()) {
    const answer = await withActor(visit.actor, () => make(application, visit.call));
    showVisit(index + 1, visit, answer);
    assertExpected(visit, answer);
    showRecords(await newRecords());
  }
}

function assertExpected({ call, expectedError }: Visit, { error }: Answer): void {
  const code = (error as { code?: string } | null)?.code;
  if (code === expectedError) return;
  throw new StepFailure(
    `get the expected answer of ${call.name}()`,
    `it answered ${error === null ? "without an error" : JSON.stringify(error)}, expected ${expectedError ?? "no error"}.`,
    "`npm test` says more about what is broken.",
  );
}
