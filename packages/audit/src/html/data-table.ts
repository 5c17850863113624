import { html, type Html } from "./html.ts";

/** A column: its heading, what a cell shows, and by what its rows are put in order where that is not what it shows. */
export interface Column<Row> {
  readonly heading: string;
  cell(row: Row): Html | string | number;
  /** A number, or a text that sorts as it should. Numbers stand right. */
  value?(row: Row): string | number;
  readonly kind?: "number" | "id";
}

/** Rows that a reader may want to see alone. */
export interface RowFilter<Row> {
  readonly label: string;
  readonly name: string;
  holds(row: Row): boolean;
}

export interface DataTable<Row> {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** How many there are, of which `rows` may be the first. */
  readonly total: number;
  readonly filters?: readonly RowFilter<Row>[];
  /** What is said where there is none. */
  readonly empty: string;
}

/**
 * A table that is complete without a script. With one it can be searched, filtered and put in order, and shows its first
 * rows only.
 */
export function dataTable<Row>(table: DataTable<Row>): Html {
  const { id, caption, columns, rows, total, filters = [], empty } = table;
  if (rows.length === 0) return html`<p class="empty" id="${id}">${empty}</p>`;
  const flags = (row: Row): string =>
    filters
      .filter((filter) => filter.holds(row))
      .map(({ name }) => name)
      .join(" ");
  return html`<div class="data-table" id="${id}" data-table>
    <div class="tools" hidden>
      <label class="search"
        ><span>Search</span><input type="search" autocomplete="off" spellcheck="false"
      /></label>
      ${filters.length > 0 && filterSelect(filters)}
    </div>
    <table>
      <caption>
        ${caption}${total > rows.length && html` <span class="cut">The first ${rows.length.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}.</span>`}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ heading, kind }) => html`<th scope="col" class="${kind ?? "text"}">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr data-flags="${flags(row)}">
              ${columns.map((column) => cellOf(column, row))}
            </tr>`,
        )}
      </tbody>
    </table>
    <div class="after" hidden>
      <p role="status" class="count"></p>
      <button type="button" class="more">Show all</button>
    </div>
  </div>`;
}

function filterSelect<Row>(filters: readonly RowFilter<Row>[]): Html {
  return html`<label class="filter"
    ><span>Show</span
    ><select>
      <option value="">all</option>
      ${filters.map(({ name, label }) => html`<option value="${name}">${label}</option>`)}
    </select></label
  >`;
}

function cellOf<Row>(column: Column<Row>, row: Row): Html {
  const shown = column.cell(row);
  const order = column.value?.(row) ?? (typeof shown === "number" ? shown : undefined);
  return html`<td
    class="${column.kind ?? "text"}"
    data-heading="${column.heading}"
    ${order !== undefined && html` data-order="${order}"`}
  >
    ${typeof shown === "number" ? shown.toLocaleString("en-US") : shown}
  </td>`;
}
