import stringWidth from "fast-string-width";

/** A column of a table for people. Numbers stand at the right. */
export interface TableColumn {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Rows as text in columns, two spaces apart, without lines: it can be read, pasted and searched. */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((cells) => stringWidth(cells[index] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? "";
        const space = " ".repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(cell)));
        return align === "right" ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  return [titles, ...rows].map(line).join("\n");
}
