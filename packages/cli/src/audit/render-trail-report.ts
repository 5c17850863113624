import type { TrailReport } from "@offramp/audit";

import type { Style } from "../terminal/terminal.ts";
import { renderTable } from "../terminal/table.ts";

const MOST_USERS = 20;

/** A report as text: what happened, by user, what is worth a look, and whether the trail is intact. Names no patient. */
export function renderTrailReport(report: TrailReport, style: Style): string {
  const { title, between, timeZone, figures, review, database } = report;
  const { actors, subjects, breakGlass, disclosures } = figures;
  return [
    style.bold(title),
    `${between[0]} to ${between[1]}, ${timeZone}; ${database}`,
    "",
    `${review.accesses} accesses by ${actors.total} users to ${subjects.total} patients, ${review.denied} denied, ${review.failed} failed, ${breakGlass} break-glass, ${disclosures.total} disclosures`,
    "",
    ...(actors.total === 0 ? [] : [userTable(actors.entries), ""]),
    ...(actors.total > MOST_USERS
      ? [`${actors.total - MOST_USERS} more users: --json or --html has them.`, ""]
      : []),
    style.bold("Worth a look"),
    `  ${review.firstTimePairs.total} users came to a patient for the first time`,
    `  ${review.afterHours.length} users outside of working hours`,
    `  ${review.manySubjects.total} calls touched unusually many patients`,
    `  ${review.refused.length} users were refused`,
    "",
    integrity(report, style),
  ].join("\n");
}

function userTable(entries: TrailReport["figures"]["actors"]["entries"]): string {
  return renderTable(
    [
      { title: "user" },
      { title: "accesses", align: "right" },
      { title: "patients", align: "right" },
      { title: "refused", align: "right" },
      { title: "last" },
    ],
    entries
      .slice(0, MOST_USERS)
      .map(({ actorId, accesses, subjects, denied, failed, last }) => [
        actorId ?? "(nobody named)",
        String(accesses),
        String(subjects),
        String(denied + failed),
        last,
      ]),
  );
}

function integrity({ integrity: found, unaccounted }: TrailReport, style: Style): string {
  if (found === null) return style.yellow("? The trail was not verified (--without-verify).");
  const lost = unaccounted !== null && unaccounted > 0 ? ` ${unaccounted} calls have no record.` : "";
  return found.intact
    ? `${style.green("✓")} The trail is intact: ${found.records} records in ${found.seals} seals.${lost}`
    : `${style.red("✗")} The trail is not as it was sealed: offramp audit verify names what differs.${lost}`;
}
