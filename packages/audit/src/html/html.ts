/** Markup. Only the functions of this file make it, so that no text gets into the page unescaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | null | undefined | false | readonly (Html | string)[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Markup with values, each escaped unless it is markup itself. Attributes stand in quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const flush = parts.map((part) => part.replace(/\n\s+/g, "\n"));
  return new Html(flush.reduce((text, part, index) => text + render(values[index - 1]) + part));
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(render).join("");
  return (
    String(value)
      .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "")
      // What turns the direction of text around could make an id look like another.
      .replace(/[\u202A-\u202E\u2066-\u2069]/g, "\u{FFFD}")
  );
}

/**
 * The package's own style or script, as it is: the page's policy has its hash.
 *
 * @throws {Error} the text would end its element.
 */
export function ownElement(name: "style" | "script", text: string): Html {
  if (text.toLowerCase().includes(`</${name}`)) throw new Error(`The report's ${name} would end itself.`);
  return new Html(`<${name}>${text}</${name}>`);
}

/** Data for a script, in a block that is never run: no text in it can end the block. */
export function jsonBlock(id: string, data: unknown): Html {
  const json = new Html(JSON.stringify(data).replaceAll("<", String.raw`\u003c`));
  return html`<script type="application/json" id="${id}">
    ${json}
  </script>`;
}
