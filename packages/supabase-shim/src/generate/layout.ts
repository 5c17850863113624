/** Columns that a line may have before it is broken, as prettier breaks them. */
const WIDTH = 80;

/** A piece of TypeScript, before it is decided where its lines end. */
export type Layout =
  | string
  | {
      readonly kind: "object";
      readonly entries: readonly Entry[];
      /** Each entry on a line of its own, also where all would fit on one. */
      readonly expanded: boolean;
    }
  | { readonly kind: "union"; readonly members: readonly Layout[] }
  | { readonly kind: "tuple"; readonly items: readonly Layout[] }
  | { readonly kind: "suffixed"; readonly layout: Layout; readonly suffix: string };

/** A member of an object type, its name as it is in the database. */
export interface Entry {
  readonly name: string;
  readonly optional?: boolean;
  /** Lines of a comment above it. */
  readonly comment?: readonly string[];
  readonly value: Layout;
}

/** An object type whose entries stand on a line each. Without entries it has no key at all. */
export function block(entries: readonly Entry[]): Layout {
  return entries.length === 0 ? "{\n[_ in never]: never\n}" : { kind: "object", entries, expanded: true };
}

/** An object type on one line where it fits. */
export function inline(entries: readonly Entry[]): Layout {
  return { kind: "object", entries, expanded: false };
}

export function union(members: readonly Layout[]): Layout {
  const [only] = members;
  return members.length === 1 && only !== undefined ? only : { kind: "union", members };
}

export function suffixed(layout: Layout, suffix: string): Layout {
  if (typeof layout === "string")
    return layout.includes(" | ") ? `(${layout})${suffix}` : `${layout}${suffix}`;
  return { kind: "suffixed", layout, suffix };
}

/** A name as a key: quoted unless it is an identifier, so that no name ends the key or the file. */
export function key(name: string): string {
  return /^[$_\p{ID_Start}][$_\p{ID_Continue}]*$/u.test(name) ? name : literal(name);
}

/** A text as a string literal, in the quotes that need fewer escapes. */
export function literal(text: string): string {
  const double = JSON.stringify(text);
  const quotes = (mark: string): number => text.split(mark).length;
  if (quotes('"') <= quotes("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The text of a layout that begins in a column, in a block of an indentation. */
export function print(layout: Layout, indent: number = 0, column: number = indent): string {
  if (typeof layout === "string")
    return layout.replaceAll("\n", `\n${" ".repeat(indent)}`).replace(EMPTY_BODY, "$1  $2");
  const line = flat(layout);
  if (line !== undefined && column + line.length <= WIDTH) return line;
  const inner = indent + 2;
  switch (layout.kind) {
    case "object":
      return `{\n${layout.entries.map((entry) => `${" ".repeat(inner)}${printEntry(entry, inner)}`).join("\n")}\n${" ".repeat(indent)}}`;
    case "union":
      return layout.members.map((member) => `\n${" ".repeat(inner)}| ${print(member, inner + 2)}`).join("");
    case "tuple":
      return `[\n${layout.items.map((item) => `${" ".repeat(inner)}${print(item, inner)},`).join("\n")}\n${" ".repeat(indent)}]`;
    case "suffixed":
      return `${print(layout.layout, indent, column)}${layout.suffix}`;
  }
}

/** The body of an object without entries is indented one step more than its braces. */
const EMPTY_BODY = /(\n *)(\[_ in never\])/;

function printEntry({ name, optional, comment, value }: Entry, indent: number): string {
  const head = `${key(name)}${optional === true ? "?" : ""}:`;
  const text = print(value, indent, indent + head.length + 1);
  const notes = (comment ?? []).map((line) => `// ${line}\n${" ".repeat(indent)}`).join("");
  return `${notes}${head}${text.startsWith("\n") ? "" : " "}${text}`;
}

/** The layout on one line; undefined where it may not be. */
function flat(layout: Layout): string | undefined {
  if (typeof layout === "string") return layout.includes("\n") ? undefined : layout;
  switch (layout.kind) {
    case "object": {
      if (layout.expanded) return undefined;
      const parts = layout.entries.map(({ name, optional, value }) => {
        const text = flat(value);
        return text === undefined ? undefined : `${key(name)}${optional === true ? "?" : ""}: ${text}`;
      });
      return parts.includes(undefined) ? undefined : `{ ${parts.join("; ")} }`;
    }
    case "union":
      return joined(layout.members, " | ");
    case "tuple": {
      const items = joined(layout.items, ", ");
      return items === undefined ? undefined : `[${items}]`;
    }
    case "suffixed": {
      const inner = flat(layout.layout);
      if (inner === undefined) return undefined;
      const grouped =
        layout.layout !== inner && typeof layout.layout === "object" && layout.layout.kind === "union";
      return grouped ? `(${inner})${layout.suffix}` : `${inner}${layout.suffix}`;
    }
  }
}

function joined(layouts: readonly Layout[], separator: string): string | undefined {
  const texts = layouts.map(flat);
  return texts.includes(undefined) ? undefined : texts.join(separator);
}
