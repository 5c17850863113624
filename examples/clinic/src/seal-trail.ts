import { openTrail, signingKey, writeReport } from "@offramp/audit";
import { generateKeyPairSync } from "node:crypto";
import type { Clinic } from "./setup.ts";
import { StepFailure } from "./step.ts";
import { counted, indented, print, styled } from "./terminal.ts";

/** Seals the trail, has the auditor verify it, and writes the auditor's report where the reader asked for it. */
export async function sealTrail(clinic: Clinic, page: string | undefined): Promise<void> {
  print();
  print(styled("bold", "Seal it, and let the auditor verify it"));
  const key = signingKey("example", newKey());
  const { records } = await openTrail(clinic.owner, { key }).seal();
  // The auditor has the public half of the key alone.
  const auditor = openTrail(clinic.auditor, { trusted: [key] });
  const hour = 3_600_000;
  const report = await auditor.report({
    title: "A morning at the clinic",
    between: [new Date(Date.now() - hour), new Date(Date.now() + hour)],
  });
  if (report.integrity?.intact !== true) {
    const [finding] = report.integrity?.findings ?? [];
    throw new StepFailure(
      "verify the trail",
      finding?.message ?? "it was not verified.",
      "look at the tests of packages/audit.",
    );
  }
  print(indented(`${counted(records)} records sealed, signed with Ed25519; each is as it was sealed.`, 2));
  if (page === undefined) {
    print(indented("npm start -- --report clinic.html writes what the auditor reads as a page.", 2));
    return;
  }
  await writeReport(page, report);
  print(indented(`What the auditor reads is a page now. Open it in a browser:`, 2));
  print(indented(page, 2));
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
