import { err, ok, type PlanError, type Result } from "../../errors/index.ts";
import type { OrderTerm } from "../../request/index.ts";
import type { OrderBy } from "../read-node.ts";
import type { RelatedNode } from "./related-tree.ts";
import { resolveColumn } from "./resolve-column.ts";

/** A node's ORDER BY. `relation(column)` orders by a to-one embed's column. Fails with PGRST108 or PGRST118. */
export function resolveOrder(node: RelatedNode): Result<OrderBy[], PlanError> {
  const terms: OrderBy[] = [];
  for (const term of node.located.order) {
    const resolved = resolveTerm(node, term);
    if (!resolved.ok) return resolved;
    terms.push(resolved.value);
  }
  return ok(terms);
}

function resolveTerm(node: RelatedNode, term: OrderTerm): Result<OrderBy, PlanError> {
  const how = {
    ...(term.direction === undefined ? {} : { direction: term.direction }),
    ...(term.nulls === undefined ? {} : { nulls: term.nulls }),
  };
  if (term.relation === undefined) return ok({ column: resolveColumn(node, term.field), ...how });
  const embed = node.children.find(({ located }) => (located.alias ?? located.name) === term.relation);
  if (embed?.parent === undefined) return err({ kind: "notEmbedded", name: term.relation });
  if (!embed.parent.toOne) {
    return err({ kind: "relatedOrderNotToOne", origin: node.relation.name, target: term.relation });
  }
  // The join shows the embed's columns under its alias; their types are not known there.
  return ok({ column: resolveColumn({ qualifier: { name: embed.parent.joinAlias } }, term.field), ...how });
}
