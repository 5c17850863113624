import type { TrailReport } from "../report/trail-report.ts";
import { actorsSection, disclosuresSection, subjectsSection } from "./figures-section.ts";
import { html, jsonBlock, ownElement } from "./html.ts";
import { hoursSection } from "./hours-section.ts";
import { integritySection, verdictOf } from "./integrity-section.ts";
import { LocalTime } from "./local-time.ts";
import { pageAssets } from "./page-assets.ts";
import { summarySection, timelineSection } from "./overview-section.ts";
import { reviewSection } from "./review-section.ts";

/**
 * A report as one HTML page: no server, no request, readable without its script, printable, dark where the reader's system
 * is. The page's policy (CSP) lets a browser run its own script and style and nothing else.
 *
 * The page names patients and users: keep it as you keep the trail.
 *
 * @example
 * ```ts
 * import { openTrail, renderReport } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const report = await openTrail(connect()).report({ between: ["2026-11-01", "2026-12-01"] });
 * console.log((await renderReport(report)).length);
 * ```
 */
export async function renderReport(report: TrailReport): Promise<string> {
  const { style, script, policy } = await pageAssets();
  const local = new LocalTime(report.timeZone);
  const { word, state } = verdictOf(report);
  const integrity = integritySection(report, local);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${report.title}</title>
        ${ownElement("style", style)}
      </head>
      <body>
        <a class="skip" href="#summary">Skip to the summary</a>
        <header>
          <div>
            <h1>${report.title}</h1>
            <p>
              ${local.element(report.between[0])} to ${local.element(report.between[1])}, ${report.timeZone}
            </p>
          </div>
          <a class="verdict ${state}" href="#integrity"><span class="of">Trail:</span> ${word}</a>
        </header>
        <nav aria-label="Sections">${SECTIONS.map(([id, name]) => html`<a href="#${id}">${name}</a>`)}</nav>
        <main>
          ${state === "bad" && integrity} ${summarySection(report)} ${timelineSection(report, local)}
          ${hoursSection(report)} ${reviewSection(report, local)} ${actorsSection(report, local)}
          ${subjectsSection(report, local)} ${disclosuresSection(report, local)}
          ${state !== "bad" && integrity}
        </main>
        <footer>
          <p>
            Made ${local.element(report.generatedAt)} from ${report.database}. It names patients: keep it as
            you keep the trail.
          </p>
        </footer>
        ${jsonBlock("timeline-data", chartData(report))} ${ownElement("script", script)}
      </body>
    </html> `;
  return page.text;
}

const SECTIONS: readonly (readonly [id: string, name: string])[] = [
  ["summary", "Summary"],
  ["timeline", "Timeline"],
  ["review", "Worth a look"],
  ["actors", "By user"],
  ["subjects", "By patient"],
  ["integrity", "Integrity"],
];

/** Columns, as the chart takes them: seconds, then the series. No mark where there is nothing to mark. */
function chartData({ figures, unit, timeZone }: TrailReport): unknown {
  const { timeline } = figures;
  const mark = (count: number): number | null => (count === 0 ? null : count);
  return {
    unit,
    timeZone,
    columns: [
      timeline.map(({ at }) => Date.parse(at) / 1000),
      timeline.map(({ accesses }) => accesses),
      timeline.map(({ refused }) => mark(refused)),
      timeline.map(({ breakGlass }) => mark(breakGlass)),
    ],
  };
}
