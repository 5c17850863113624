import { err, ok, type PlanError, type Result } from "../errors/index.ts";
import type { Action, ExactIntegers } from "../request/index.ts";
import {
  findTable,
  type Routine,
  type RoutineParameter,
  returnsScalars,
  returnsVoid,
  sameName,
} from "../schema-cache/index.ts";
import { auditPlan } from "./audit-plan.ts";
import { findRoutine } from "./find-routine.ts";
import { conditionColumns } from "./passes/mark-phi.ts";
import type { PlanContext } from "./plan-context.ts";
import { maxAffected } from "./plan-mutation.ts";
import { rollsBack } from "./rolls-back.ts";
import type { CallArguments, CallPlan } from "./plan.ts";
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
  const tree = planReadTree(context, rootOf(context, routine), { filters, order, ranges });
  if (!tree.ok) return tree;
  const target = {
    schema: routine.schema,
    name: routine.returnsComposite ? routine.returnType.name : routine.name,
  };
  const negotiated = negotiate(context, target);
  if (!negotiated.ok) return negotiated;
  const { media } = negotiated.value;
  const { root, touched } = tree.value;
  const integers = integersOf(context, routine, tree.value);
  touchUnshown(context, routine, tree.value);
  const audit = auditPlan(context, "EXECUTE", touched);
  const filtered = conditionColumns(root.where)
    .filter(({ qualifier }) => qualifier.name === root.qualifier.name)
    .map(({ column }) => column);
  return ok({
    kind: "call",
    schema,
    routine: { schema: routine.schema, name: routine.name },
    returns: returnsVoid(routine) ? "nothing" : returnsScalars(routine) ? "values" : "rows",
    returnsSet: routine.returnsSet,
    ...(integers === undefined ? {} : { integers }),
    arguments: argumentsOf(context, routine, action),
    readOnly: method !== "post" || routine.volatility !== "volatile",
    headersOnly: method === "head",
    returning: returnsScalars(routine) ? [] : returningColumns(root, filtered),
    read: root,
    media,
    form: method === "head" ? { kind: "none" } : negotiated.value.form,
    rules: {
      singular: isSingular(media),
      rollback: rollsBack(context),
      ...limit,
    },
    ...(negotiated.value.explain === undefined ? {} : { explain: negotiated.value.explain }),
    ...(request.preferences.count === undefined ? {} : { count: request.preferences.count }),
    ...(audit === undefined ? {} : { audit }),
  });
}

/** A function that returns a bigint, or many, is itself such a text. */
function integersOf(
  { limits }: PlanContext,
  routine: Routine,
  { integers }: ReadTree,
): ExactIntegers | undefined {
  const isBigint = returnsScalars(routine) && routine.returnType.name === "int8";
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

/** Rows that go by another relation's name are still rows of their own: all of their PHI is touched. */
function touchUnshown(context: PlanContext, { returnType }: Routine, { root, touched }: ReadTree): void {
  if (!recording(context) || sameName(root.relation, returnType)) return;
  for (const column of context.cache.phi.columnsOf(returnType)) touched.add(returnType, column);
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
  return { kind: "json", json: operand(0), shape: payload.shape, parameters: specified };
}
