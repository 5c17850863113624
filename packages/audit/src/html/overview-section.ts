import type { TrailReport } from "../report/trail-report.ts";
import { dataTable } from "./data-table.ts";
import { html, type Html } from "./html.ts";
import type { LocalTime } from "./local-time.ts";

export function summarySection({ figures, review, unaccounted }: TrailReport): Html {
  const afterHours = review.afterHours.reduce((sum, { accesses }) => sum + accesses, 0);
  return html`<section id="summary" aria-labelledby="summary-h">
    <h2 id="summary-h">Summary</h2>
    <dl class="tiles">
      ${tile("Accesses", review.accesses)} ${tile("Users", figures.actors.total)}
      ${tile("Patients", figures.subjects.total)}
      ${tile("Disclosures", figures.disclosures.total, figures.disclosures.total > 0 ? "disclosures" : undefined)}
      ${tile("Broken glass", figures.breakGlass, "break-glass")}
      ${tile("After hours", afterHours, "after-hours")} ${tile("Denied", review.denied, "refused")}
      ${tile("Failed", review.failed, "refused")}
      ${unaccounted !== null && tile("Calls without a record", unaccounted, "integrity")}
    </dl>
  </section>`;
}

/** A figure, with the section that says more. What is worth a look stands out where there is any. */
function tile(name: string, value: number, section?: string): Html {
  const notable = section !== undefined && section !== "disclosures" && value > 0;
  return html`<div class="tile${notable && " notable"}">
    <dt>${section === undefined ? name : html`<a href="#${section}">${name}</a>`}</dt>
    <dd>${value.toLocaleString("en-US")}</dd>
  </div>`;
}

/** The chart is drawn by the script, from the table that says the same. */
export function timelineSection({ figures, unit }: TrailReport, local: LocalTime): Html {
  const none = figures.timeline.every(({ accesses, refused }) => accesses + refused === 0);
  return html`<section id="timeline" aria-labelledby="timeline-h">
    <h2 id="timeline-h">Accesses by ${unit}</h2>
    ${
      none
        ? html`<p class="empty">Nothing is recorded in this time.</p>`
        : html`<div
              id="chart"
              role="img"
              aria-label="Bars of the accesses in each ${unit}, with marks where calls were denied or failed or the glass was broken. The table below has the same figures."
            ></div>
            <details class="figures">
              <summary>The figures</summary>
              ${dataTable({
                id: "timeline-table",
                caption: `By ${unit}`,
                rows: figures.timeline,
                total: figures.timeline.length,
                empty: "",
                columns: [
                  { heading: "From", cell: ({ at }) => local.element(at), value: ({ at }) => at },
                  { heading: "Accesses", kind: "number", cell: ({ accesses }) => accesses },
                  { heading: "Denied or failed", kind: "number", cell: ({ refused }) => refused },
                  { heading: "Broken glass", kind: "number", cell: ({ breakGlass }) => breakGlass },
                ],
              })}
            </details>`
    }
  </section>`;
}
