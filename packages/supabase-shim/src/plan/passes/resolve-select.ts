import type { Field, SelectField } from "../../request/index.ts";
import type { ColumnRef } from "../column-ref.ts";
import type { SelectColumn } from "../read-node.ts";
import type { RelatedNode } from "./related-tree.ts";
import { representationOf, resolveColumn } from "./resolve-column.ts";

/** `*` must become columns where something is grouped or gathered by column, and where a function shows one of them. */
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
  const { table } = node;
  const isStar = item.field.name === "*" && item.field.path.length === 0;
  if (!isStar || item.aggregate !== undefined || table === undefined) return [item];
  if (!expandStar && !table.represented && !table.encrypted) return [item];
  return [...table.columns.keys()].map((name) => ({ ...item, field: { name, path: [] } }));
}

function resolveItem(node: RelatedNode, item: SelectField): SelectColumn {
  const { toJson } = representationOf(node, item.field);
  const column: ColumnRef = {
    ...resolveColumn(node, item.field),
    ...(toJson === undefined ? {} : { transform: toJson }),
  };
  const counted = item.aggregate === "count" && item.field.name === "*";
  const implied = impliedAlias(item, node.located.spread);
  // What a function returns has the function's name, unless told otherwise.
  const own = toJson !== undefined && item.aggregate === undefined ? item.field.name : undefined;
  const alias = item.alias ?? implied ?? own;
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
