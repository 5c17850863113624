import type { OrderTerm } from "../request/index.ts";
import { printField } from "./print-field.ts";
import { printName } from "./print-name.ts";

/** The terms as the value of `order`. A JSON index at the end of a `relation(field)` is beyond the grammar. */
export function printOrder(terms: readonly OrderTerm[]): string {
  return terms.map(printTerm).join(",");
}

function printTerm(term: OrderTerm): string {
  const field = printField(term.field);
  const target = term.relation === undefined ? field : `${printName(term.relation)}(${field})`;
  const direction = term.direction === undefined ? "" : `.${term.direction}`;
  const nulls = term.nulls === undefined ? "" : `.nulls${term.nulls}`;
  return target + direction + nulls;
}
