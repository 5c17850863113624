import {
  findTable,
  type QualifiedName,
  type SchemaCache,
  type SubjectWay,
  type Table,
} from "../../schema-cache/index.ts";
import type { ColumnRef, Qualifier } from "../column-ref.ts";
import type { Condition, Test } from "../condition.ts";
import type { NodeTrace, ReadNode, SelectColumn } from "../read-node.ts";

/** The PHI that a plan touches: relations and columns, as `schema.relation` and `schema.relation.column`. */
export class PhiTouched {
  readonly relations: Set<string> = new Set();
  readonly columns: Set<string> = new Set();
  /** By what rows were looked for: `schema.relation.column operator`. Values never come here. */
  readonly filters: Set<string> = new Set();

  /** Rows of the relation, whatever is shown of them. */
  addRows(relation: QualifiedName): void {
    this.relations.add(`${relation.schema}.${relation.name}`);
  }

  add(relation: QualifiedName, column: string): void {
    this.addRows(relation);
    this.columns.add(`${relation.schema}.${relation.name}.${column}`);
  }

  addFilters(table: Table | undefined, conditions: readonly Condition[]): void {
    for (const condition of conditions) {
      if (condition.kind === "group") this.addFilters(table, condition.members);
      else if (condition.kind === "test") this.filters.add(filterName(table, condition));
    }
  }

  get any(): boolean {
    return this.relations.size > 0;
  }
}

type TestCondition = Extract<Condition, { kind: "test" }>;

/** Only names that the catalog knows: what a request calls a column may be anything, a patient's name among it. */
function filterName(table: Table | undefined, { column, negated, test }: TestCondition): string {
  const known = table?.columns.has(column.column) === true ? column.column : "(computed)";
  const relation = table === undefined ? "" : `${table.schema}.${table.name}.`;
  return `${relation}${known} ${negated ? "not." : ""}${operatorName(test)}`;
}

function operatorName(test: Test): string {
  switch (test.kind) {
    case "compare":
      return test.quantifier === undefined ? test.operator : `${test.operator}(${test.quantifier})`;
    case "binary":
    case "textSearch":
      return test.operator;
    case "is":
      return "is";
    case "isDistinct":
      return "isdistinct";
    case "in":
      return "in";
    case "blindIndex":
      return test.operator;
  }
}

/** What a marking pass gathers, and whether rows are shown at all: a count names no one. */
export interface Marking {
  readonly touched: PhiTouched;
  readonly shown: boolean;
  /** A function handed the root's rows over, so they are touched whatever is selected of them. */
  readonly handedOver?: boolean;
}

/**
 * Last pass: notes which PHI columns the tree touches, in its select lists, filters and orders, and gives
 * those nodes a trace: the keys and the data subjects by which the record names their rows. A row that was
 * found by a filter on PHI tells as much as one that shows it.
 *
 * A column that the cache does not know may be computed from the whole row, so it counts as all of its PHI.
 */
export function markPhi(
  cache: SchemaCache,
  node: ReadNode,
  { touched, shown, handedOver }: Marking,
): ReadNode {
  const marked = cache.phi.columnsOf(node.relation);
  let touchesPhi = handedOver === true && marked.size > 0;
  if (touchesPhi) touched.addRows(node.relation);
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
  touched.addFilters(findTable(cache, node.relation), node.where);
  const embeds = node.embeds.map((embed) => ({
    ...embed,
    node: markPhi(cache, embed.node, { touched, shown }),
  }));
  const grouped = groups(node);
  return {
    ...node,
    embeds: grouped ? embeds.map((embed) => ({ ...embed, node: withoutTraces(embed.node) })) : embeds,
    ...(touchesPhi && shown && !grouped ? { trace: traceOfNode(cache, node) } : {}),
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
function recordKey(cache: SchemaCache, relation: QualifiedName): readonly string[] {
  const marked = cache.phi.columnsOf(relation);
  const key = findTable(cache, relation)?.primaryKey ?? [];
  return key.some((name) => marked.has(name)) ? [] : key;
}

function traceOfNode(cache: SchemaCache, { relation, qualifier, source, junction }: ReadNode): NodeTrace {
  const ownRows = source.kind === "relation" && junction === undefined;
  return traceOf(cache, {
    relation,
    qualifier,
    unique: ownRows && findTable(cache, relation)?.isView === false,
  });
}

/** The way to the patient, unless what names the patient is PHI itself. */
function recordSubject(cache: SchemaCache, relation: QualifiedName): SubjectWay | undefined {
  const way = cache.phi.subjectOf(relation);
  if (way === undefined) return undefined;
  const last = way.hops.at(-1);
  const marked = cache.phi.columnsOf(last === undefined ? relation : last.table);
  return marked.has(last === undefined ? way.column : last.next) ? undefined : way;
}

/** What the record says of a relation's rows, as they can be asked under the qualifier. */
export function traceOf(
  cache: SchemaCache,
  { relation, qualifier, unique }: { relation: QualifiedName; qualifier: Qualifier; unique: boolean },
): NodeTrace {
  const column = (name: string): ColumnRef => ({ qualifier, column: name, path: [], pathNeedsJson: false });
  const subject = recordSubject(cache, relation);
  return {
    relation,
    key: recordKey(cache, relation).map(column),
    unique,
    ...(subject === undefined ? {} : { subject: { column: column(subject.column), hops: subject.hops } }),
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
