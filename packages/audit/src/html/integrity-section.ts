import type { TrailReport } from "../report/trail-report.ts";
import { html, type Html } from "./html.ts";
import type { LocalTime } from "./local-time.ts";

/** What verifying found, in one word and a state for the style. */
export function verdictOf({ integrity }: TrailReport): { readonly word: string; readonly state: string } {
  if (integrity === null) return { word: "Not verified", state: "unknown" };
  if (!integrity.intact) return { word: "Tampered with", state: "bad" };
  if (integrity.seals === 0) return { word: "Not sealed yet", state: "unknown" };
  return { word: "Intact", state: "good" };
}

export function integritySection(report: TrailReport, local: LocalTime): Html {
  const { integrity, unaccounted } = report;
  const { word, state } = verdictOf(report);
  if (integrity === null) {
    return html`<section id="integrity" aria-labelledby="integrity-h">
      <h2 id="integrity-h">Integrity</h2>
      <p class="verdict ${state}">${word}</p>
      <p>The trail was not verified for this report.</p>
    </section>`;
  }
  const { lastSeal, seals, records, dropped, findings } = integrity;
  const critical = findings.filter(({ severity }) => severity === "critical").length;
  return html`<section id="integrity" aria-labelledby="integrity-h">
    <h2 id="integrity-h">Integrity</h2>
    <p class="verdict ${state}">${word}</p>
    <p>${told(critical, seals)}</p>
    <dl class="facts">
      ${fact("Seals", seals.toLocaleString("en-US"))}
      ${fact("Sealed records", records.toLocaleString("en-US"))}
      ${dropped > 0 && fact("Of these, dropped after their time", dropped.toLocaleString("en-US"))}
      ${lastSeal !== undefined && fact("Last seal", html`number ${lastSeal.number}, ${local.element(lastSeal.sealedAt)}`)}
      ${lastSeal !== undefined && fact("Signed with the key", html`<code>${lastSeal.key}</code>`)}
      ${lastSeal !== undefined && fact("Merkle root", html`<code>${lastSeal.root}</code>`)}
      ${unaccounted !== null && fact("Calls without a record", unaccounted.toLocaleString("en-US"))}
    </dl>
    ${findings.length > 0 && findingsList(findings)}
  </section>`;
}

function told(critical: number, seals: number): string {
  if (critical > 0) {
    return `${critical === 1 ? "One finding says" : `${critical} findings say`} that the trail is not what was sealed. Keep the database, its backups and the anchors as they are, and find out who could change it.`;
  }
  if (seals === 0) return "No record is sealed, so nothing can be said of whether one was changed.";
  return "Every sealed record is as it was sealed, and every seal follows the one before it.";
}

function findingsList(findings: NonNullable<TrailReport["integrity"]>["findings"]): Html {
  const shown = findings.slice(0, MOST);
  return html`<h3>Findings</h3>
    <ul class="findings">
      ${shown.map(
        ({ kind, severity, message }) =>
          html`<li class="${severity === "critical" ? "bad" : "note"}">
            <strong>${kind}</strong> ${message}
          </li>`,
      )}
    </ul>
    ${findings.length > shown.length && html`<p>The first ${MOST} of ${findings.length}.</p>`}`;
}

const MOST = 500;

function fact(name: string, value: Html | string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
