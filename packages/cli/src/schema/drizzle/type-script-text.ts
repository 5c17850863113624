/** A string as TypeScript's text. */
export function stringText(value: string): string {
  return JSON.stringify(value)
    .replaceAll("\u2028", String.raw`\u2028`)
    .replaceAll("\u2029", String.raw`\u2029`);
}

/** PostgreSQL's own text as Drizzle's tagged template, so that nothing in it is taken for a parameter. */
export function sqlText(text: string): string {
  return `sql\`${text.replaceAll(/[`\\]|\$(?=\{)/g, String.raw`\$&`)}\``;
}

/** An object literal of what is given, or nothing. Values are text already. */
export function optionsText(options: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? undefined
    : `{ ${given.map(([name, value]) => `${name}: ${value}`).join(", ")} }`;
}

/** A comment of one line. */
export function commentText(text: string): string {
  return `// ${text.replaceAll(/\s+/g, " ").trim()}`;
}
