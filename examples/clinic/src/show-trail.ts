import { recentAccess } from "@offramp/audit";
import { connect } from "@offramp/db";
import { applicationRole } from "./roles.ts";
import type { Clinic } from "./setup.ts";
import { StepFailure } from "./step.ts";
import { tryToTamper, type Attempt } from "./tamper.ts";
import { counted, indented, print, styled } from "./terminal.ts";

/** Shows that neither the application nor a superuser can change what was recorded. */
export async function showTrail(clinic: Clinic): Promise<void> {
  const before = await recentAccess(clinic.auditor, { limit: 1_000 });
  print();
  print(styled("bold", `The trail holds ${counted(before.length)} records. Can they be changed?`));
  const application = connect({ url: clinic.applicationUrl, max: 1 });
  try {
    for (const attempt of await tryToTamper(application, applicationRole)) showAttempt(attempt);
    for (const attempt of await tryToTamper(clinic.owner, "a superuser")) showAttempt(attempt);
  } finally {
    await application.close();
  }
  const after = await recentAccess(clinic.auditor, { limit: 1_000 });
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    throw new StepFailure(
      "keep the trail as it was",
      "its records differ from before the attempts.",
      seeTests,
    );
  }
  print(indented(`Nothing changed: still ${counted(after.length)} records, each as it was.`, 2));
}

const seeTests = "`npm test` says more; look at the tests of packages/audit.";

function showAttempt({ as, statement, refusal }: Attempt): void {
  if (refusal === undefined) {
    throw new StepFailure("have the trail protected", `the database let ${as} run: ${statement}`, seeTests);
  }
  print(indented(`${as}: ${statement}`, 2));
  print(indented(styled("green", `refused: ${refusal}`), 4));
}
