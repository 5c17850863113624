import { ok, type PlanError, type Result } from "../errors/index.ts";
import type { Action } from "../request/index.ts";
import { findTable, type SchemaCache } from "../schema-cache/index.ts";
import { auditPlan } from "./audit-plan.ts";
import { encryptionOf } from "./encryption-of.ts";
import { findRelation } from "./find-relation.ts";
import { conditionColumns } from "./passes/mark-phi.ts";
import type { PlanContext } from "./plan-context.ts";
import type { ReadPlan } from "./plan.ts";
import type { ReadNode } from "./read-node.ts";
import { planReadTree } from "./read-tree.ts";
import { isSingular, negotiate } from "./response-form.ts";

export function planRead(
  context: PlanContext,
  action: Extract<Action, { kind: "read" }>,
): Result<ReadPlan, PlanError> {
  const { request, cache, schema } = context;
  const table = findRelation(context, action.relation);
  if (!table.ok) return table;
  const relation = { schema: table.value.schema, name: table.value.name };
  const { filters, order, ranges } = request;
  const tree = planReadTree(
    context,
    { relation, source: { kind: "relation", relation } },
    { filters, order, ranges },
  );
  if (!tree.ok) return tree;
  const negotiated = negotiate(context, relation);
  if (!negotiated.ok) return negotiated;
  const { root, touched, integers } = tree.value;
  const { media, form, explain } = negotiated.value;
  const encryption = encryptionOf({
    read: tree.value.encrypted,
    form: action.headersOnly ? { kind: "none" } : form,
  });
  if (!encryption.ok) return encryption;
  const { count } = request.preferences;
  const audit = auditPlan(context, "READ", touched);
  return ok({
    kind: "read",
    schema,
    root,
    headersOnly: action.headersOnly,
    form: action.headersOnly ? { kind: "none" } : form,
    media,
    rules: { singular: isSingular(media), rollback: false },
    writesNothing: writesNothing(cache, root) && form.kind !== "aggregate",
    ...(context.limits.maxRows === undefined ? {} : { maxRows: context.limits.maxRows }),
    ...(integers === undefined ? {} : { integers }),
    ...encryption.value,
    ...(explain === undefined ? {} : { explain }),
    ...(count === undefined ? {} : { count }),
    ...(audit === undefined ? {} : { audit }),
  });
}

/** Tables by known columns only: no view, computed column or function whose body could write. */
function writesNothing(cache: SchemaCache, node: ReadNode): boolean {
  const table = findTable(cache, node.relation);
  if (table === undefined || table.isView || table.represented || node.source.kind !== "relation")
    return false;
  const columns = [
    ...node.select.map(({ column }) => column),
    ...node.order.map(({ column }) => column),
    ...conditionColumns(node.where),
  ];
  return (
    columns.every(({ column }) => column === "*" || table.columns.has(column)) &&
    // A cast to a type of the team's own may run its function.
    node.select.every(({ cast, exact }) => cast === undefined || exact === true) &&
    node.embeds.every((embed) => writesNothing(cache, embed.node))
  );
}
