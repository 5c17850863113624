import type { TrailReport } from "../report/trail-report.ts";
import { dataTable } from "./data-table.ts";
import { html, type Html } from "./html.ts";
import type { LocalTime } from "./local-time.ts";

export function actorsSection({ figures, review }: TrailReport, local: LocalTime): Html {
  const late = new Map(review.afterHours.map(({ actorId, accesses }) => [actorId, accesses]));
  const { entries, total } = figures.actors;
  return html`<section id="actors" aria-labelledby="actors-h">
    <h2 id="actors-h">By user</h2>
    ${dataTable({
      id: "actors-table",
      caption: "What each user did.",
      rows: entries,
      total,
      empty: "Nobody touched patient data in this time.",
      columns: [
        { heading: "User", kind: "id", cell: ({ actorId }) => actorCell(actorId) },
        { heading: "Role", cell: ({ roles }) => roles.join(", ") },
        { heading: "Accesses", kind: "number", cell: ({ accesses }) => accesses },
        { heading: "Patients", kind: "number", cell: ({ subjects }) => subjects },
        { heading: "After hours", kind: "number", cell: ({ actorId }) => late.get(actorId) ?? 0 },
        { heading: "Broken glass", kind: "number", cell: ({ breakGlass }) => breakGlass },
        { heading: "Denied", kind: "number", cell: ({ denied }) => denied },
        { heading: "Failed", kind: "number", cell: ({ failed }) => failed },
        { heading: "Last", cell: ({ last }) => local.element(last), value: ({ last }) => last },
      ],
      filters: [
        { name: "late", label: "with accesses after hours", holds: ({ actorId }) => late.has(actorId) },
        { name: "glass", label: "who broke the glass", holds: ({ breakGlass }) => breakGlass > 0 },
        {
          name: "refused",
          label: "with calls that were denied or failed",
          holds: ({ denied, failed }) => denied + failed > 0,
        },
        { name: "nobody", label: "without a name", holds: ({ actorId }) => actorId === null },
      ],
    })}
  </section>`;
}

export function subjectsSection({ figures }: TrailReport, local: LocalTime): Html {
  const { entries, total } = figures.subjects;
  return html`<section id="subjects" aria-labelledby="subjects-h">
    <h2 id="subjects-h">By patient</h2>
    ${dataTable({
      id: "subjects-table",
      caption: "Whose data was touched.",
      rows: entries,
      total,
      empty: "No patient's data was touched in this time.",
      columns: [
        { heading: "Patient", kind: "id", cell: ({ subject }) => subject },
        { heading: "Accesses", kind: "number", cell: ({ accesses }) => accesses },
        { heading: "Users", kind: "number", cell: ({ actors }) => actors },
        { heading: "Broken glass", kind: "number", cell: ({ breakGlass }) => breakGlass },
        { heading: "Denied or failed", kind: "number", cell: ({ refused }) => refused },
        { heading: "Disclosures", kind: "number", cell: ({ disclosures }) => disclosures },
        { heading: "First", cell: ({ first }) => local.element(first), value: ({ first }) => first },
        { heading: "Last", cell: ({ last }) => local.element(last), value: ({ last }) => last },
      ],
      filters: [
        { name: "glass", label: "with broken glass", holds: ({ breakGlass }) => breakGlass > 0 },
        {
          name: "refused",
          label: "with calls that were denied or failed",
          holds: ({ refused }) => refused > 0,
        },
        { name: "disclosed", label: "whose data was disclosed", holds: ({ disclosures }) => disclosures > 0 },
      ],
    })}
  </section>`;
}

/** Nobody is told from a user who is called nobody. */
export function actorCell(actorId: string | null): Html | string {
  return actorId ?? html`<em>not named</em>`;
}

/** What was given to others; absent where nothing was. */
export function disclosuresSection({ figures }: TrailReport, local: LocalTime): Html {
  const { entries, total } = figures.disclosures;
  if (total === 0) return html``;
  return html`<section id="disclosures" aria-labelledby="disclosures-h">
    <h2 id="disclosures-h">Disclosures</h2>
    ${dataTable({
      id: "disclosures-table",
      caption: "What was given to others.",
      rows: entries,
      total,
      empty: "",
      columns: [
        { heading: "When", cell: ({ at }) => local.element(at), value: ({ at }) => at },
        { heading: "To", cell: ({ recipient }) => recipient },
        { heading: "What", cell: ({ what }) => what },
        { heading: "Why", cell: ({ purpose }) => purpose },
        { heading: "By", kind: "id", cell: ({ actorId }) => actorCell(actorId) },
        { heading: "Patients", kind: "number", cell: ({ subjects }) => subjects },
        { heading: "Record", cell: ({ id }) => id },
      ],
    })}
  </section>`;
}
