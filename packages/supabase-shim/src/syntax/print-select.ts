import type { SelectField, SelectItem } from "../request/index.ts";
import { printField } from "./print-field.ts";
import { printIdentifier, printName } from "./print-name.ts";
import { quoteValue } from "./quoted-value.ts";

/**
 * The items as the value of `select`; `parseSelect` reads the same items back. Three things the grammar
 * cannot say are written as if it could: an embed of a relation named `count`, a cast to a type that is
 * not one identifier, and a JSON index right before a closing parenthesis.
 */
export function printSelect(items: readonly SelectItem[]): string {
  return items.map(printItem).join(",");
}

function printItem(item: SelectItem): string {
  if (item.kind === "field") return printSelectField(item);
  const before = item.kind === "spread" ? "..." : printAlias(item.alias);
  const hint = item.hint === undefined ? "" : `!${printHint(item.hint)}`;
  const join = item.join === undefined ? "" : `!${item.join}`;
  return `${before}${printName(item.relation)}${hint}${join}(${printSelect(item.select)})`;
}

/** A hint that only begins with `left` or `inner` would be read as that word. */
function printHint(hint: string): string {
  return /^(?:left|inner)/.test(hint) ? quoteValue(hint) : printName(hint);
}

function printSelectField(item: SelectField): string {
  const wholeRow = item.field.name === "*" && item.field.path.length === 0 && item.cast === undefined;
  const cast = printCast(item.cast);
  if (item.aggregate !== undefined) {
    const aggregated =
      wholeRow && item.aggregate === "count"
        ? "count()"
        : `${printField(item.field)}${cast}.${item.aggregate}()`;
    return printAlias(item.alias) + aggregated + printCast(item.aggregateCast);
  }
  if (wholeRow && item.alias === undefined) return "*";
  return printAlias(item.alias) + printField(item.field) + cast;
}

function printAlias(alias: string | undefined): string {
  return alias === undefined ? "" : `${printName(alias)}:`;
}

function printCast(type: string | undefined): string {
  return type === undefined ? "" : `::${printIdentifier(type)}`;
}
