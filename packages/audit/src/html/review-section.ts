import type { ReviewList } from "../report/activity-review.ts";
import type { TrailReport } from "../report/trail-report.ts";
import { type Column, dataTable } from "./data-table.ts";
import { actorCell } from "./figures-section.ts";
import { html, type Html } from "./html.ts";
import type { LocalTime } from "./local-time.ts";

/** What of the activity is worth a look, each part with how many there are. */
export function reviewSection({ review }: TrailReport, local: LocalTime): Html {
  const at = when<{ readonly at: string }>("When", local, (row) => row.at);
  const last = when<{ readonly last: string }>("Last", local, (row) => row.last);
  return html`<section id="review" aria-labelledby="review-h">
    <h2 id="review-h">Worth a look</h2>
    <p>The review of activity that 45 CFR 164.308(a)(1)(ii)(D) asks for. Nothing here is wrong by itself.</p>
    ${[
      part(BROKEN_GLASS, review.breakGlass, [at, user, patients, outcome, record]),
      part(MANY_SUBJECTS, review.manySubjects, [
        at,
        user,
        { heading: "Patients", kind: "number", cell: ({ subjects }) => subjects },
        record,
      ]),
      part(AFTER_HOURS, whole(review.afterHours), [
        user,
        { heading: "Accesses", kind: "number", cell: ({ accesses }) => accesses },
        last,
      ]),
      part(FIRST_TIME, review.firstTimePairs, [
        at,
        user,
        { heading: "Patient", kind: "id", cell: ({ subject }) => subject },
      ]),
      part(REFUSED, whole(review.refused), [
        user,
        { heading: "Denied", kind: "number", cell: ({ denied }) => denied },
        { heading: "Failed", kind: "number", cell: ({ failed }) => failed },
      ]),
    ]}
  </section>`;
}

interface Part {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** What is said where there is none. */
  readonly none: string;
}

const BROKEN_GLASS: Part = {
  id: "break-glass",
  title: "Broken glass",
  why: "Accesses that overrode the usual limits because of an emergency. Each needs a reason that can be told.",
  none: "Nobody broke the glass.",
};
const MANY_SUBJECTS: Part = {
  id: "many-subjects",
  title: "Many patients at once",
  why: "Calls that touched unusually many patients, such as an export.",
  none: "No call touched unusually many patients.",
};
const AFTER_HOURS: Part = {
  id: "after-hours",
  title: "After hours",
  why: "Users with accesses outside working hours.",
  none: "Nobody came outside working hours.",
};
const FIRST_TIME: Part = {
  id: "first-time",
  title: "First time",
  why: "Users who came to a patient of whom they had seen nothing before.",
  none: "Everybody had seen their patients before.",
};
const REFUSED: Part = {
  id: "refused",
  title: "Denied and failed",
  why: "Users whose calls the rights forbade, or that went wrong.",
  none: "No call was denied or failed.",
};

function part<Row>(
  { id, title, why, none }: Part,
  { total, entries }: ReviewList<Row>,
  columns: readonly Column<NoInfer<Row>>[],
): Html {
  const table = dataTable({ id: `${id}-table`, caption: title, columns, rows: entries, total, empty: none });
  return html`<details class="part" id="${id}" ${total > 0 && html` data-found`}>
    <summary>
      <h3>${title}</h3>
      <span class="badge">${total}</span>
    </summary>
    <p>${why}</p>
    ${table}
  </details>`;
}

function whole<Row>(entries: readonly Row[]): ReviewList<Row> {
  return { total: entries.length, entries };
}

const user: Column<{ readonly actorId: string | null }> = {
  heading: "User",
  kind: "id",
  cell: ({ actorId }) => actorCell(actorId),
};
const outcome: Column<{ readonly outcome: string }> = { heading: "Outcome", cell: (row) => row.outcome };
const record: Column<{ readonly id: string }> = { heading: "Record", kind: "id", cell: ({ id }) => id };

/** How many patients of one access are named. */
const NAMED = 5;

const patients: Column<{ readonly subjects: readonly string[] }> = {
  heading: "Patients",
  kind: "id",
  cell({ subjects }) {
    const more = subjects.length - NAMED;
    return `${subjects.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  },
};

function when<Row>(heading: string, local: LocalTime, at: (row: Row) => string): Column<Row> {
  return { heading, cell: (row) => local.element(at(row)), value: at };
}
