import { html, type Html } from "./html.ts";

/** Writes times as a place reads them: `2026-03-02 14:30`. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  }

  text(iso: string): string {
    const parts = new Map(this.#format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
    const [year, month, day] = (["year", "month", "day"] as const).map((part) => parts.get(part));
    return `${year}-${month}-${day} ${parts.get("hour")}:${parts.get("minute")}`;
  }

  element(iso: string): Html {
    return html`<time datetime="${iso}">${this.text(iso)}</time>`;
  }
}
