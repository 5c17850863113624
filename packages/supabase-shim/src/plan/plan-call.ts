import { err, ok, type PlanError, type Result } from "../errors/index.ts";
import type { Action, ExactIntegers } from "../request/index.ts";
import {
  findTable,
  type QualifiedName,
  type Routine,
  type RoutineParameter,
  returnsVoid,
  sameName,
} from "../schema-cache/index.ts";
import { auditPlan } from "./audit-plan.ts";
import { encryptionOf } from "./encryption-of.ts";
import { findRoutine } from "./find-routine.ts";
import { conditionColumns } from "./passes/mark-phi.ts";
import type { PlanContext } from "./plan-context.ts";
import { maxAffected } from "./plan-mutation.ts";
import { isScalarType } from "./reads-scalars.ts";
import { rollsBack } from "./rolls-back.ts";
import type { AuditPlan, CallArguments, CallPlan } from "./plan.ts";
import { planReadTree, type ReadTree, recording } from "./read-tree.ts";
import { isSingular, negotiate } from "./response-form.ts";
import { returningColumns } from "./returning-columns.ts";

type CallAction = Extract<Action, { kind: "call" }>;

export function planCall(context: PlanContext, action: CallAction): Result<CallPlan, PlanError> {
  const { request, cache, schema } = context;
  const { payload, method } = action;
  const argumentNames =
    payload.kind === "json"
      ? payload.keys
      : payload.kind === "named"
        ? payload.pairs.map(([name]) => name)
        : [];
  const found = findRoutine(cache, { schema, name: action.routine, argumentNames, payload, method });
  if (!found.ok) return found;
  const routine = found.value;
  const limit = maxAffected(request);
  if (limit.maxAffected !== undefined && !routine.returnsSet) return err({ kind: "maxAffectedNeedsSet" });

  const { filters, order, ranges } = request;
  const declared = cache.phi.declaredOf(routine);
  const tree = planReadTree(context, rootOf(context, routine), {
    filters,
    order,
    ranges,
    declared: declared !== undefined,
  });
  if (!tree.ok) return tree;
  const target = {
    schema: routine.schema,
    name: routine.returnsComposite ? routine.returnType.name : routine.name,
  };
  const negotiated = negotiate(context, target);
  if (!negotiated.ok) return negotiated;
  const { media } = negotiated.value;
  const encryption = encryptionOf({
    read: tree.value.encrypted,
    form: method === "head" ? { kind: "none" } : negotiated.value.form,
  });
  if (!encryption.ok) return encryption;
  const { root, touched } = tree.value;
  const integers = integersOf(context, routine, tree.value);
  if (recording(context)) touchUnshown(context, routine, tree.value);
  const given = argumentsOf(context, routine, action);
  const audit = auditPlan(context, "EXECUTE", touched);
  if (audit !== undefined && method !== "post" && routine.volatility === "volatile")
    return err({ kind: "readOnlyCall", routine: routine.name });
  const subject = subjectArgument(given, declared?.subjectArgument);
  const filtered = conditionColumns(root.where)
    .filter(({ qualifier }) => qualifier.name === root.qualifier.name)
    .map(({ column }) => column);
  return ok({
    kind: "call",
    schema,
    routine: { schema: routine.schema, name: routine.name },
    returns: returnsVoid(routine) ? "nothing" : routine.returnsComposite ? "rows" : "values",
    returnsSet: routine.returnsSet,
    ...(integers === undefined ? {} : { integers }),
    arguments: given,
    readOnly: method !== "post" || routine.volatility !== "volatile",
    headersOnly: method === "head",
    returning: routine.returnsComposite ? returningColumns(root, filtered) : [],
    read: root,
    ...(routine.settings === undefined ? {} : { settings: routine.settings }),
    media,
    ...encryption.value,
    form: method === "head" ? { kind: "none" } : negotiated.value.form,
    rules: {
      singular: isSingular(media),
      rollback: rollsBack(context),
      ...limit,
    },
    ...(negotiated.value.explain === undefined ? {} : { explain: negotiated.value.explain }),
    ...(request.preferences.count === undefined ? {} : { count: request.preferences.count }),
    ...(audit === undefined ? {} : { audit: { ...audit, ...(subject === undefined ? {} : { subject }) } }),
  });
}

/** Where the call has the patient's id that the function's declaration speaks of. */
function subjectArgument(given: CallArguments, name: string | undefined): AuditPlan["subject"] {
  if (name === undefined) return undefined;
  if (given.kind === "json") {
    const { json, shape } = given;
    return given.parameters.some((parameter) => parameter.name === name)
      ? { kind: "member", json, shape, name }
      : undefined;
  }
  if (given.kind !== "named") return undefined;
  const value = given.values.find(({ parameter }) => parameter.name === name)?.given[0];
  return value === undefined ? undefined : { kind: "value", value };
}

/** A function that returns a bigint, or many, is itself such a text. */
function integersOf(
  { limits }: PlanContext,
  routine: Routine,
  { integers }: ReadTree,
): ExactIntegers | undefined {
  const isBigint = !routine.returnsComposite && routine.returnType.name === "int8";
  if (limits.exactBigints !== true || !isBigint) return integers;
  return { itself: true, keys: [], inside: {} };
}

/**
 * Rows of a composite type go by the type's name, in the function's own schema where a relation of that name is
 * there: so a function over a hidden table embeds like the view that shows it. Other results go by the function's name,
 * in no schema: a table that happens to be called like the function, or `record`, does not describe them.
 */
function rootOf({ cache }: PlanContext, { schema, name, returnsComposite, returnType }: Routine) {
  const shown = { schema, name: returnsComposite ? returnType.name : name };
  const isOfType = returnsComposite && returnType.schema !== "pg_catalog";
  const known = (isOfType ? [shown, returnType] : []).find(
    (candidate) => findTable(cache, candidate) !== undefined,
  );
  const relation = known ?? { schema: "", name: shown.name };
  return { relation, source: { kind: "returned" }, alias: shown.name } as const;
}

/**
 * What a function touches beyond the rows that it shows: what it is declared to; without a declaration, rows that go by
 * another relation's name, of which all PHI counts, and rows that it takes.
 */
function touchUnshown({ cache: { phi } }: PlanContext, routine: Routine, { root, touched }: ReadTree): void {
  const { returnType, parameters } = routine;
  const declared = phi.declaredOf(routine);
  if (declared !== undefined) {
    for (const relation of declared.relations) touched.relations.add(relation);
    for (const column of declared.columns) touched.columns.add(column);
    return;
  }
  for (const { type } of parameters) {
    const taken = rowTypeOf(type);
    if (taken !== undefined && phi.columnsOf(taken).size > 0) touched.addRows(taken);
  }
  if (sameName(root.relation, returnType)) return;
  for (const column of phi.columnsOf(returnType)) touched.add(returnType, column);
}

/** The relation whose rows a parameter takes, one or an array of them, as the catalog prints the type's name. */
function rowTypeOf(type: string): QualifiedName | undefined {
  const [, schema, name] = /^("(?:[^"]|"")+"|[^".]+)\.("(?:[^"]|"")+"|[^".[]+)(?:\[\])*$/.exec(type) ?? [];
  if (schema === undefined || name === undefined) return undefined;
  const plain = (part: string): string =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
  return { schema: plain(schema), name: plain(name) };
}

function argumentsOf({ operands }: PlanContext, routine: Routine, { payload }: CallAction): CallArguments {
  const { parameters } = routine;
  const [only] = parameters;
  const operand = (index: number) =>
    ({ kind: "operand", slot: operands.slotOf(payload) + index, encoding: "text" }) as const;
  if (only !== undefined && parameters.length === 1 && only.name === "") {
    return { kind: "unnamed", value: operand(0), type: only.type };
  }
  if (payload.kind === "named") {
    const values = parameters.flatMap((parameter) => {
      const given = payload.pairs.flatMap(([name], index) =>
        name === parameter.name ? [operand(index)] : [],
      );
      // Of one argument that is given twice the later counts.
      return given.length === 0 ? [] : [{ parameter, given: parameter.variadic ? given : given.slice(-1) }];
    });
    return values.length === 0 ? { kind: "none" } : { kind: "named", values };
  }
  if (payload.kind === "raw") return { kind: "none" };
  const given = new Set(payload.keys);
  const specified: RoutineParameter[] = parameters.filter(({ name }) => given.has(name));
  if (specified.length === 0) return { kind: "none" };
  if (payload.scalars !== undefined && specified.every(takesScalar)) {
    const valueOf = ({ name }: RoutineParameter) => operand(1 + payload.keys.indexOf(name));
    return {
      kind: "named",
      values: specified.map((parameter) => ({ parameter, given: [valueOf(parameter)] })),
    };
  }
  return { kind: "json", json: operand(0), shape: payload.shape, parameters: specified };
}

function takesScalar({ variadic, lengthlessType }: RoutineParameter): boolean {
  return !variadic && isScalarType(lengthlessType);
}
