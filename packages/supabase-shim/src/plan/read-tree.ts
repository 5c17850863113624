import { ok, type PlanError, type Result } from "../errors/index.ts";
import type { ExactIntegers } from "../request/index.ts";
import { exactBigints, withEncrypted } from "./passes/exact-bigints.ts";
import { locate, type ReadRequest } from "./passes/locate.ts";
import { type EncryptedTree, readEncrypted } from "./passes/read-encrypted.ts";
import { markPhi, PhiTouched } from "./passes/mark-phi.ts";
import { relate, type Root } from "./passes/relate.ts";
import { resolveNode } from "./passes/resolve-node.ts";
import type { PlanContext } from "./plan-context.ts";
import type { ReadNode } from "./read-node.ts";

export interface ReadTree {
  readonly root: ReadNode;
  /** Where bigints are texts. */
  readonly integers?: ExactIntegers;
  readonly touched: PhiTouched;
  readonly encrypted: Pick<EncryptedTree, "answer" | "searches">;
}

/** The passes of a read, in their order: locate, relate, resolve, encrypted columns, exact bigints, mark PHI. */
export function planReadTree(
  context: PlanContext,
  root: Omit<Root, "schema">,
  parts: Omit<ReadRequest, "name" | "select"> & {
    /** A function's declaration says what it touches. */
    readonly declared?: boolean;
  },
): Result<ReadTree, PlanError> {
  const { filters, order, ranges } = parts;
  const located = locate({
    filters,
    order,
    ranges,
    name: root.relation.name,
    select: context.request.select ?? [],
  });
  if (!located.ok) return located;
  const related = relate(context.cache, { ...root, schema: context.schema }, located.value);
  if (!related.ok) return related;
  const { operands, limits } = context;
  const resolved = resolveNode(related.value, {
    operands,
    aggregatesEnabled: limits.aggregatesEnabled,
    ...maxRows(context),
  });
  if (!resolved.ok) return resolved;
  const encrypted = readEncrypted(context.cache, resolved.value);
  if (!encrypted.ok) return encrypted;
  const exact = { ...exactTree(context, encrypted.value), encrypted: encrypted.value };
  const touched = new PhiTouched();
  if (!recording(context)) return ok({ ...exact, touched });
  const { action } = context.request;
  const shown = !(action.kind === "read" && action.headersOnly);
  const handedOver = action.kind === "call" && parts.declared !== true;
  return ok({ ...exact, root: markPhi(context.cache, exact.root, { touched, shown, handedOver }), touched });
}

/** CSV is text already. */
function exactTree(
  { cache, limits, request }: PlanContext,
  { root, answer }: EncryptedTree,
): Pick<ReadTree, "root" | "integers"> {
  if (limits.exactBigints !== true || request.media.kind === "csv") return { root };
  const exact = exactBigints(cache, root);
  return answer === undefined ? exact : { ...exact, integers: withEncrypted(exact.integers, answer) };
}

/** What a mutation returns is what it changed, however much that is. */
function maxRows({ request, limits }: PlanContext): { maxRows?: number } {
  const { kind } = request.action;
  const bounded = kind === "read" || kind === "call";
  return bounded && limits.maxRows !== undefined ? { maxRows: limits.maxRows } : {};
}

/** Whether this call is recorded when it touches PHI. */
export function recording({ cache, limits }: PlanContext): boolean {
  return cache.phi.active && limits.audit;
}
