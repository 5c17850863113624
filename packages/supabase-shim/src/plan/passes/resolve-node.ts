import { err, ok, type PlanError, type Result } from "../../errors/index.ts";
import { isPageSize, type Operands, type Range } from "../../request/index.ts";
import type { Embed, EmbedOutput, Limits, ReadNode } from "../read-node.ts";
import { gatherSpread } from "./gather-spread.ts";
import type { RelatedNode } from "./related-tree.ts";
import { resolveConditions } from "./resolve-conditions.ts";
import { resolveOrder } from "./resolve-order.ts";
import { resolveSelect } from "./resolve-select.ts";

export interface ResolveOptions {
  readonly operands: Operands;
  readonly aggregatesEnabled: boolean;
  /** How many rows each relation gives at most. */
  readonly maxRows?: number;
}

/** Third pass: names become columns, and embeds become joins with what they add to the select list. */
export function resolveNode(related: RelatedNode, options: ResolveOptions): Result<ReadNode, PlanError> {
  return resolve(related, options, false);
}

function resolve(
  related: RelatedNode,
  options: ResolveOptions,
  parentGroups: boolean,
): Result<ReadNode, PlanError> {
  const { located } = related;
  const aggregates = located.fields.some((field) => field.aggregate !== undefined);
  if (aggregates && !options.aggregatesEnabled) return err({ kind: "aggregatesDisabled" });
  const spreadMany = located.spread && related.parent?.toOne === false;
  const expandStar = parentGroups || aggregates || spreadMany;

  const order = resolveOrder(related);
  if (!order.ok) return order;
  const embeds: Embed[] = [];
  for (const child of related.children) {
    const embed = resolveEmbed(child, options, expandStar);
    if (!embed.ok) return embed;
    embeds.push(embed.value);
  }
  const { source, relation, alias, qualifier, junction, joins } = related;
  return ok({
    source,
    relation,
    qualifier,
    select: resolveSelect(related, { expandStar }),
    embeds,
    where: resolveConditions(
      {
        ...(related.table === undefined ? {} : { table: related.table }),
        qualifier,
        operands: options.operands,
        joinAliasOf: (name) =>
          related.children.find((child) => (child.located.alias ?? child.located.name) === name)?.parent
            ?.joinAlias,
      },
      located.filters,
    ),
    joins,
    order: order.value,
    limits: limitsOf(located.range, options),
    ...(alias === undefined ? {} : { alias }),
    ...(junction === undefined ? {} : { junction }),
  });
}

function limitsOf(range: Range | undefined, { operands, maxRows }: ResolveOptions): Limits {
  const bound: Limits = maxRows === undefined ? {} : { maxRows };
  if (range === undefined) return bound;
  const slot = operands.slotOf(range);
  const limited = range.limit !== undefined;
  return {
    ...bound,
    ...limitOf(range, slot),
    ...(range.offset !== 0
      ? { offset: { kind: "operand", slot: slot + (limited ? 1 : 0), encoding: "text" } }
      : {}),
  };
}

function limitOf({ limit }: Range, slot: number): Pick<Limits, "limit"> {
  if (limit === undefined) return {};
  return { limit: isPageSize(limit) ? limit : { kind: "operand", slot, encoding: "text" } };
}

function resolveEmbed(
  related: RelatedNode,
  options: ResolveOptions,
  parentGroups: boolean,
): Result<Embed, PlanError> {
  const { located, parent } = related;
  if (parent === undefined) throw new TypeError("An embed has a parent.");
  const resolved = resolve(related, options, parentGroups);
  if (!resolved.ok) return resolved;
  const embed = { joinAlias: parent.joinAlias, inner: located.join === "inner" };
  if (located.spread) return gatherSpread(resolved.value, { ...embed, toOne: parent.toOne });
  return ok({ ...embed, node: resolved.value, output: outputOf(related, resolved.value) });
}

function outputOf(related: RelatedNode, node: ReadNode): EmbedOutput {
  const toOne = related.parent?.toOne === true;
  const name = related.located.alias ?? related.located.name;
  if (selectsNothing(node)) return { kind: "nothing", toOne };
  return toOne ? { kind: "object", name } : { kind: "array", name };
}

/** `embed()`, and an embed of nothing but such embeds. */
function selectsNothing(node: ReadNode): boolean {
  return node.select.length === 0 && node.embeds.every((embed) => selectsNothing(embed.node));
}
