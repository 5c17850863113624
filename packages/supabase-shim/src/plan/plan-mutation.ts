import { err, ok, type PlanError, type Result } from "../errors/index.ts";
import type { Action, ApiRequest, JsonPayload, Located, LogicTree } from "../request/index.ts";
import type { Table } from "../schema-cache/index.ts";
import { auditPlan } from "./audit-plan.ts";
import { encryptionOf } from "./encryption-of.ts";
import { findRelation } from "./find-relation.ts";
import { conditionColumns, PhiTouched, traceOf } from "./passes/mark-phi.ts";
import { resolveConditions } from "./passes/resolve-conditions.ts";
import type { PlanContext } from "./plan-context.ts";
import type { Mutation, MutationPlan, PayloadColumn, PayloadPlan, ResponseForm, RowValue } from "./plan.ts";
import type { Condition } from "./condition.ts";
import type { NodeTrace, ReadNode } from "./read-node.ts";
import { planReadTree, recording } from "./read-tree.ts";
import { isSingular, negotiate } from "./response-form.ts";
import { readsScalars } from "./reads-scalars.ts";
import { rollsBack } from "./rolls-back.ts";
import { returningColumns } from "./returning-columns.ts";
import { encryptMutation } from "./write-encrypted.ts";

type MutationAction = Exclude<Action, { kind: "read" | "call" }>;

const AUDIT_ACTION = { insert: "CREATE", update: "UPDATE", put: "UPDATE", delete: "DELETE" } as const;

export function planMutation(context: PlanContext, action: MutationAction): Result<MutationPlan, PlanError> {
  const { request, schema } = context;
  const found = findRelation(context, action.relation);
  if (!found.ok) return found;
  const table = found.value;
  const relation = { schema: table.schema, name: table.name };

  // Filters inside embeds shape what is returned; those of the root choose the rows that change.
  const inside = request.filters.filter(({ path }) => path.length > 0);
  const tree = planReadTree(
    context,
    { relation, source: { kind: "returned" }, alias: table.name },
    { filters: inside, order: orderOfReturned(request, table), ranges: [] },
  );
  if (!tree.ok) return tree;
  const changed = planChange(context, { table, action });
  if (!changed.ok) return changed;
  const encrypted = encryptMutation(context, table, changed.value);
  if (!encrypted.ok) return encrypted;
  const { mutation, searches, write } = encrypted.value;
  const negotiated = negotiate(context, relation);
  if (!negotiated.ok) return negotiated;
  const { media } = negotiated.value;

  const represents = request.preferences.return === "representation";
  const form = formOf(represents, negotiated.value.form);
  const encryption = encryptionOf({ read: tree.value.encrypted, searches, write, form });
  if (!encryption.ok) return encryption;
  const locates = request.preferences.return === "headers-only" && action.kind === "insert";
  const touched = touchedBy(context, { table, mutation });
  if (represents) {
    for (const column of tree.value.touched.columns) touched.columns.add(column);
    for (const name of tree.value.touched.relations) touched.relations.add(name);
    for (const filter of tree.value.touched.filters) touched.filters.add(filter);
  }
  // PHI that only came back was of other relations; what was changed is this one.
  if (touched.any) touched.relations.add(`${table.schema}.${table.name}`);
  const audit = auditPlan(context, AUDIT_ACTION[action.kind], touched);
  const trace = audit === undefined ? undefined : traceOfChanged(context, table);
  const read = represents ? withTrace(tree.value.root, trace) : undefined;
  return ok({
    kind: "mutation",
    schema,
    relation,
    mutation,
    plainWrites: table.plainWrites,
    returning: returning({ read, trace, table, locates }),
    primaryKey: table.primaryKey,
    returnsLocation: locates,
    media,
    form,
    ...encryption.value,
    rules: {
      // PUT is about one row whatever is asked for.
      singular: action.kind !== "put" && isSingular(media),
      rollback: rollsBack(context),
      ...(action.kind === "put" ? { oneByKey: true } : {}),
      ...(action.kind === "update" || action.kind === "delete" ? maxAffected(request) : {}),
    },
    ...(read === undefined ? {} : { read }),
    ...(tree.value.integers === undefined ? {} : { integers: tree.value.integers }),
    ...(trace === undefined ? {} : { trace }),
    ...(negotiated.value.explain === undefined ? {} : { explain: negotiated.value.explain }),
    ...(request.preferences.count === undefined ? {} : { count: request.preferences.count }),
    ...(audit === undefined ? {} : { audit }),
  });
}

/**
 * What a mutation returns comes in the order that was asked for, as far as the table's own columns say it.
 * PostgREST returns it unordered and does not look at the rest, so the rest is no error here either.
 */
function orderOfReturned(request: ApiRequest, table: Table): ApiRequest["order"] {
  return request.order
    .filter(({ path }) => path.length === 0)
    .map(({ path, value }) => ({
      path,
      value: value.filter(({ field, relation }) => relation === undefined && table.columns.has(field.name)),
    }));
}

function formOf(represents: boolean, form: ResponseForm): ResponseForm {
  return represents ? form : { kind: "none" };
}

/** `max-affected` counts under `handling=strict` only. PostgREST, "Max Affected". */
export function maxAffected({ preferences }: ApiRequest): { maxAffected?: number } {
  return preferences.handling === "strict" && preferences.maxAffected !== undefined
    ? { maxAffected: preferences.maxAffected }
    : {};
}

interface Change {
  readonly table: Table;
  readonly action: MutationAction;
}

function planChange(context: PlanContext, { table, action }: Change): Result<Mutation, PlanError> {
  const rootFilters = context.request.filters.filter(({ path }) => path.length === 0);
  const where = resolveConditions(
    { table, qualifier: table, operands: context.operands, joinAliasOf: () => undefined },
    rootFilters.map(({ value }) => value),
  );
  switch (action.kind) {
    case "delete": {
      const requires = requiredEmbeds(context, table);
      return requires.ok ? ok({ kind: "delete", where, requires: requires.value }) : requires;
    }
    case "update": {
      const { payload: given, columns, by = [] } = action;
      const payload = planPayload(context, { table, payload: given, columns });
      if (!payload.ok) return payload;
      const missing = by.find((name) => !payload.value.columns.some((column) => column.name === name));
      if (missing !== undefined) return err({ kind: "unknownColumn", table: table.name, column: missing });
      const requires = requiredEmbeds(context, table);
      return requires.ok
        ? ok({ kind: "update", payload: payload.value, by, where, requires: requires.value })
        : requires;
    }
    case "insert": {
      const payload = planPayload(context, { table, payload: action.payload, columns: action.columns });
      if (!payload.ok) return payload;
      const { resolution } = context.request.preferences;
      const target = action.onConflict ?? table.primaryKey;
      const conflict =
        resolution === undefined || target.length === 0
          ? {}
          : {
              conflict: {
                target,
                resolution: resolution === "merge-duplicates" ? "merge" : "ignore",
              } as const,
            };
      return ok({ kind: "insert", payload: payload.value, payloadWhere: [], ...conflict });
    }
    case "put":
      return planPut(context, { table, action, rootFilters });
  }
}

/**
 * PostgREST changes rows whatever an inner embed says, and then shows fewer than it changed. Here the embed
 * counts: what is touched is what the same select shows.
 */
function requiredEmbeds(context: PlanContext, table: Table): Result<readonly ReadNode[], PlanError> {
  const relation = { schema: table.schema, name: table.name };
  const tree = planReadTree(
    context,
    { relation, source: { kind: "relation", relation } },
    { filters: context.request.filters.filter(({ path }) => path.length > 0), order: [], ranges: [] },
  );
  if (!tree.ok) return tree;
  return ok(tree.value.root.embeds.filter((embed) => embed.inner).map((embed) => embed.node));
}

/** PUT names exactly one row: every primary key column by `eq`, and nothing else. */
function planPut(
  context: PlanContext,
  put: {
    readonly table: Table;
    readonly action: Extract<Action, { kind: "put" }>;
    readonly rootFilters: readonly Located<LogicTree>[];
  },
): Result<Mutation, PlanError> {
  const { table, action, rootFilters } = put;
  const named = new Set<string>();
  for (const { value } of rootFilters) {
    const plainEq =
      value.kind === "filter" &&
      !value.negated &&
      value.operation.kind === "compare" &&
      value.operation.operator === "eq" &&
      value.operation.quantifier === undefined &&
      value.field.path.length === 0;
    if (!plainEq || rootFilters.length < context.request.filters.length)
      return err({ kind: "invalidPutFilters" });
    named.add(value.field.name);
  }
  const key = new Set(table.primaryKey);
  if (key.size === 0 || named.size !== key.size || ![...named].every((name) => key.has(name))) {
    return err({ kind: "invalidPutFilters" });
  }
  const payload = planPayload(context, { table, payload: action.payload, columns: action.columns });
  if (!payload.ok) return payload;
  return ok({
    kind: "insert",
    payload: payload.value,
    conflict: { target: table.primaryKey, resolution: "merge" },
    payloadWhere: resolveConditions(
      { table, qualifier: { name: "pgrst_body" }, operands: context.operands, joinAliasOf: () => undefined },
      rootFilters.map(({ value }) => value),
    ),
  });
}

interface PayloadSource {
  readonly table: Table;
  readonly payload: JsonPayload;
  readonly columns: readonly string[] | undefined;
}

/** The payload's columns must exist. Fails with PGRST204. */
function planPayload(
  { operands, request }: PlanContext,
  { table, payload, columns }: PayloadSource,
): Result<PayloadPlan, PlanError> {
  const resolved: PayloadColumn[] = [];
  for (const name of new Set(columns ?? payload.keys)) {
    const column = table.columns.get(name);
    if (column === undefined) return err({ kind: "unknownColumn", table: table.name, column: name });
    const { type, defaultExpression, representation } = column;
    resolved.push({
      name,
      type,
      ...(defaultExpression === undefined ? {} : { defaultExpression }),
      ...(representation?.fromJson === undefined ? {} : { transform: representation.fromJson }),
    });
  }
  const missingAsDefault = request.preferences.missing === "default";
  const slot = operands.slotOf(payload);
  const row = missingAsDefault ? undefined : rowOf(payload, { table, slot, columns: resolved });
  return ok({
    json: { kind: "operand", slot, encoding: "text" },
    shape: payload.shape,
    columns: resolved,
    missingAsDefault,
    ...(row === undefined ? {} : { row }),
  });
}

interface RowSource {
  readonly table: Table;
  readonly slot: number;
  readonly columns: readonly PayloadColumn[];
}

/** The values behind the payload's JSON, for a row whose columns all take them as they are. */
function rowOf(
  { keys, scalars }: JsonPayload,
  { table, slot, columns }: RowSource,
): readonly RowValue[] | undefined {
  if (scalars === undefined || columns.length === 0) return undefined;
  const row: RowValue[] = [];
  for (const { name } of columns) {
    const place = keys.indexOf(name);
    const column = table.columns.get(name);
    if (place === -1 || column === undefined || !readsScalars(column)) return undefined;
    const value = { kind: "operand", slot: slot + 1 + place, encoding: "text" } as const;
    row.push({ name, baseType: column.baseType, value });
  }
  return row;
}

/** Written and filtered PHI columns; a delete touches all that the row had. */
function touchedBy(
  context: PlanContext,
  { table, mutation }: { table: Table; mutation: Mutation },
): PhiTouched {
  const touched = new PhiTouched();
  if (!recording(context)) return touched;
  const marked = context.cache.phi.columnsOf(table);
  const conditions: readonly Condition[] =
    mutation.kind === "insert" ? mutation.payloadWhere : mutation.where;
  touched.addFilters(table, conditions);
  const names =
    mutation.kind === "delete"
      ? [...marked]
      : [
          ...mutation.payload.columns.map(({ name }) => name),
          ...conditionColumns(conditions).map(({ column }) => column),
        ];
  for (const name of names) {
    // A column that the table does not have may be computed from the whole row.
    for (const each of table.columns.has(name) ? [name] : marked)
      if (marked.has(each)) touched.add(table, each);
  }
  return touched;
}

function traceOfChanged({ cache }: PlanContext, { schema, name, isView }: Table): NodeTrace | undefined {
  const relation = { schema, name };
  if (cache.phi.columnsOf(relation).size === 0) return undefined;
  return traceOf(cache, { relation, qualifier: { name }, unique: !isView });
}

/** What was written is traced even where the columns that come back are not PHI. */
function withTrace(root: ReadNode, trace: NodeTrace | undefined): ReadNode {
  return trace === undefined || root.trace !== undefined ? root : { ...root, trace };
}

interface ReturningNeeds {
  readonly read: ReadNode | undefined;
  readonly trace: NodeTrace | undefined;
  readonly table: Table;
  readonly locates: boolean;
}

function returning({ read, trace, table, locates }: ReturningNeeds): readonly string[] {
  if (read !== undefined) return returningColumns(read, []);
  const traced =
    trace === undefined ? [] : [...trace.key, ...(trace.subject === undefined ? [] : [trace.subject.column])];
  return [...new Set([...traced.map(({ column }) => column), ...(locates ? keyInOrder(table) : [])])];
}

/** In the order in which a Location header names them: the table's own. */
function keyInOrder({ columns, primaryKey }: Table): readonly string[] {
  return [...columns.keys()].filter((name) => primaryKey.includes(name));
}
