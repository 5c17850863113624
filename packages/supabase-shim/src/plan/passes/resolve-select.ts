import type { Field, SelectField } from "../../request/index.ts";
import type { SelectColumn } from "../read-node.ts";
import type { RelatedNode } from "./related-tree.ts";
import { resolveColumn } from "./resolve-column.ts";

/** `*` must become columns where something is grouped or gathered by column. */
export interface SelectContext {
  readonly expandStar: boolean;
}

const STAR: SelectField = { kind: "field", field: { name: "*", path: [] } };

/** A node's own columns. At the root nothing selected means every column; `embed()` selects none. */
export function resolveSelect(node: RelatedNode, context: SelectContext): SelectColumn[] {
  const { fields, children, depth } = node.located;
  const asked = fields.length === 0 && children.length === 0 && depth === 0 ? [STAR] : fields;
  return asked.flatMap((item) => expand(node, item, context).map((field) => resolveItem(node, field)));
}

function expand(node: RelatedNode, item: SelectField, { expandStar }: SelectContext): SelectField[] {
  const isStar = item.field.name === "*" && item.field.path.length === 0;
  if (!isStar || item.aggregate !== undefined || !expandStar || node.table === undefined) return [item];
  return [...node.table.columns.keys()].map((name) => ({ ...item, field: { name, path: [] } }));
}

function resolveItem(node: RelatedNode, item: SelectField): SelectColumn {
  const column = resolveColumn(node, item.field);
  const counted = item.aggregate === "count" && item.field.name === "*";
  const alias = item.alias ?? impliedAlias(item, node.located.spread);
  return {
    column: counted && node.located.spread ? { ...column, wholeRow: true } : column,
    ...(item.cast === undefined ? {} : { cast: item.cast }),
    ...(item.aggregate === undefined ? {} : { aggregate: item.aggregate }),
    ...(item.aggregateCast === undefined ? {} : { aggregateCast: item.aggregateCast }),
    ...(alias === undefined ? {} : { alias }),
  };
}

function impliedAlias({ field, aggregate }: SelectField, spread: boolean): string | undefined {
  // PostgreSQL names an aggregate's column so too; a spread's parent must know the name.
  if (aggregate !== undefined) return spread ? aggregate : undefined;
  return field.path.length > 0 ? lastKey(field) : undefined;
}

/** `data->1->name->>2` is shown as `name`, `data->3` as `data`. */
function lastKey(field: Field): string {
  const step = field.path.findLast(({ operand }) => "key" in operand);
  return step !== undefined && "key" in step.operand ? step.operand.key : field.name;
}
