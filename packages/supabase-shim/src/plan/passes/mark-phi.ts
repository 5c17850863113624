import { findTable, type QualifiedName, type SchemaCache } from "../../schema-cache/index.ts";
import type { ColumnRef, Qualifier } from "../column-ref.ts";
import type { Condition } from "../condition.ts";
import type { NodeTrace, ReadNode, SelectColumn } from "../read-node.ts";

/** The PHI that a plan touches: relations and columns, as `schema.relation` and `schema.relation.column`. */
export class PhiTouched {
  readonly relations: Set<string> = new Set();
  readonly columns: Set<string> = new Set();

  add(relation: { readonly schema: string; readonly name: string }, column: string): void {
    this.relations.add(`${relation.schema}.${relation.name}`);
    this.columns.add(`${relation.schema}.${relation.name}.${column}`);
  }

  get any(): boolean {
    return this.columns.size > 0;
  }
}

/** What a marking pass gathers, and whether rows are shown at all: a count names no one. */
export interface Marking {
  readonly touched: PhiTouched;
  readonly shown: boolean;
}

/**
 * Last pass: notes which PHI columns the tree touches, in its select lists, filters and orders, and gives
 * those nodes a trace: the keys and the data subjects by which the record names their rows. A row that was
 * found by a filter on PHI tells as much as one that shows it.
 *
 * A column that the cache does not know may be computed from the whole row, so it counts as all of its PHI.
 */
export function markPhi(cache: SchemaCache, node: ReadNode, { touched, shown }: Marking): ReadNode {
  const marked = cache.phi.columnsOf(node.relation);
  let touchesPhi = false;
  const note = (column: ColumnRef): void => {
    if (!sameQualifier(column.qualifier, node.qualifier)) return;
    for (const name of phiIn(cache, node, column)) {
      touched.add(node.relation, name);
      touchesPhi = true;
    }
  };
  if (marked.size > 0) {
    if (shown) for (const item of node.select) if (!countsRows(item)) note(item.column);
    for (const { column } of node.order) note(column);
    for (const condition of node.where) visitColumns(condition, note);
  }
  const embeds = node.embeds.map((embed) => ({
    ...embed,
    node: markPhi(cache, embed.node, { touched, shown }),
  }));
  const grouped = groups(node);
  return {
    ...node,
    embeds: grouped ? embeds.map((embed) => ({ ...embed, node: withoutTraces(embed.node) })) : embeds,
    ...(touchesPhi && shown && !grouped ? { trace: traceOf(cache, node) } : {}),
  };
}

/** `count()` tells how many rows there are, and nothing of what is in them. */
function countsRows({ aggregate, column }: SelectColumn): boolean {
  return column.wholeRow === true || (aggregate === "count" && column.column === "*");
}

/** The PHI columns of a relation that a column reference reaches. */
function phiIn(cache: SchemaCache, node: ReadNode, { column }: ColumnRef): readonly string[] {
  const marked = cache.phi.columnsOf(node.relation);
  if (marked.has(column)) return [column];
  const known = findTable(cache, node.relation)?.columns.has(column) === true;
  return known ? [] : [...marked];
}

/** The columns by which the record names a row: its primary key, unless that is PHI itself, which no record holds. */
export function recordKey(cache: SchemaCache, relation: QualifiedName): readonly string[] {
  const marked = cache.phi.columnsOf(relation);
  const key = findTable(cache, relation)?.primaryKey ?? [];
  return key.some((name) => marked.has(name)) ? [] : key;
}

function traceOf(cache: SchemaCache, node: ReadNode): NodeTrace {
  const column = (name: string): ColumnRef => ({
    qualifier: node.qualifier,
    column: name,
    path: [],
    pathNeedsJson: false,
  });
  const subject = cache.phi.subjectOf(node.relation);
  return {
    relation: node.relation,
    key: recordKey(cache, node.relation).map(column),
    ...(subject === undefined ? {} : { subject: column(subject) }),
  };
}

/** Rows that are grouped have no keys of their own: the record has the columns and the count. */
function groups(node: ReadNode): boolean {
  return (
    node.select.some((column) => column.aggregate !== undefined) ||
    node.embeds.some(
      ({ output }) =>
        output.kind === "spreadOne" && output.columns.some((column) => column.aggregate !== undefined),
    )
  );
}

function withoutTraces({ trace: _, ...node }: ReadNode): ReadNode {
  return { ...node, embeds: node.embeds.map((embed) => ({ ...embed, node: withoutTraces(embed.node) })) };
}

function visitColumns(condition: Condition, visit: (column: ColumnRef) => void): void {
  if (condition.kind === "group") for (const member of condition.members) visitColumns(member, visit);
  else if (condition.kind === "test") visit(condition.column);
}

function sameQualifier(a: Qualifier, b: Qualifier): boolean {
  return a.schema === b.schema && a.name === b.name;
}

export function conditionColumns(conditions: readonly Condition[]): ColumnRef[] {
  const columns: ColumnRef[] = [];
  for (const condition of conditions) visitColumns(condition, (column) => columns.push(column));
  return columns;
}
