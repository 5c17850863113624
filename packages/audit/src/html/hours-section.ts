import type { TrailReport } from "../report/trail-report.ts";
import { actorCell } from "./figures-section.ts";
import { html, type Html } from "./html.ts";

/** How many users are shown: those with the most accesses. */
const USERS = 25;
const HOURS: readonly number[] = Array.from({ length: 24 }, (_, hour) => hour);
/** Shades that an eye tells apart. */
const SHADES = 5;

/** At which hours of the day each user worked: a row for each, a shade for each hour. */
export function hoursSection({ review, timeZone }: TrailReport): Html {
  const byActor = new Map<string | null, Map<number, number>>();
  for (const { actorId, hour, accesses } of review.byActorAndHour) {
    const hours = byActor.get(actorId) ?? new Map<number, number>();
    byActor.set(actorId, hours.set(hour, accesses));
  }
  if (byActor.size === 0) return html``;
  const busiest = [...byActor].toSorted(([, a], [, b]) => total(b) - total(a)).slice(0, USERS);
  const most = Math.max(...busiest.flatMap(([, hours]) => [...hours.values()]));
  return html`<section id="hours" aria-labelledby="hours-h">
    <h2 id="hours-h">By hour of the day</h2>
    <p>
      ${byActor.size > USERS ? `The ${USERS} of ${byActor.size} users with the most accesses. ` : ""}The hours
      of ${timeZone}, midnight first. The stronger the colour, the more.
    </p>
    <div class="hours" role="table" aria-label="Accesses by user and hour of the day">
      <div role="row" class="heads">
        <span role="columnheader">User</span>${HOURS.map(
          (hour) => html`<span role="columnheader" class="hour">${hour}</span>`,
        )}
      </div>
      ${busiest.map(
        ([actorId, hours]) =>
          html`<div role="row">
            <span role="rowheader" title="${actorId}">${actorCell(actorId)}</span>${HOURS.map((hour) =>
              shaded(hours.get(hour) ?? 0, { most, hour }),
            )}
          </div>`,
      )}
    </div>
  </section>`;
}

/** Shades by the square root, so that one busy user leaves the others visible. */
function shaded(accesses: number, { most, hour }: { readonly most: number; readonly hour: number }): Html {
  const shade = accesses === 0 ? 0 : Math.ceil(SHADES * Math.sqrt(accesses / most));
  const shown = accesses.toLocaleString("en-US");
  return html`<span role="cell" class="shade-${shade}" title="${hour}:00 to ${hour + 1}:00: ${shown}"
    ><span class="sr">${shown}</span></span
  >`;
}

function total(hours: ReadonlyMap<number, number>): number {
  return [...hours.values()].reduce((sum, accesses) => sum + accesses, 0);
}
