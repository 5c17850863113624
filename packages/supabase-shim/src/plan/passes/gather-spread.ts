import { err, ok, type PlanError, type Result } from "../../errors/index.ts";
import type { Embed, ReadNode, SelectColumn, SpreadColumn } from "../read-node.ts";
import { fittingAlias } from "./alias.ts";

interface SpreadJoin {
  readonly joinAlias: string;
  readonly inner: boolean;
  readonly toOne: boolean;
}

/**
 * `...relation(columns)`: the parent selects the join's columns as its own.
 *
 * To one, aggregates inside move up to the parent, so that they group by the parent's columns.
 * To many, each column becomes an array, in the order asked for.
 */
export function gatherSpread(node: ReadNode, join: SpreadJoin): Result<Embed, PlanError> {
  const { joinAlias, inner } = join;
  const columns = [...node.select.map(asSpreadColumn), ...node.embeds.flatMap(spreadColumnsOf)];
  if (join.toOne) {
    return ok({
      joinAlias,
      inner,
      node: {
        ...node,
        select: node.select.map(withoutAggregate),
        embeds: node.embeds.map(withoutSpreadAggregates),
      },
      output: { kind: "spreadOne", columns },
    });
  }
  if (columns.some((column) => column.aggregate !== undefined)) {
    return err({
      kind: "notImplemented",
      details: "Aggregates are not implemented for one-to-many or many-to-many spreads.",
    });
  }
  // The arrays are sorted where they are gathered, so the inner query shows what they are sorted by.
  const order = node.order.map((term, index) => ({
    ...term,
    alias: fittingAlias(`${joinAlias}_${term.column.column}_${index + 1}`),
  }));
  const sortColumns = order.map(({ column, alias }): SelectColumn => ({ column, alias }));
  return ok({
    joinAlias,
    inner,
    node: { ...node, select: [...node.select, ...sortColumns] },
    output: { kind: "spreadMany", columns, order },
  });
}

function asSpreadColumn({ column, alias, aggregate, aggregateCast }: SelectColumn): SpreadColumn {
  return {
    name: alias ?? column.column,
    ...(aggregate === undefined ? {} : { aggregate }),
    ...(aggregate === undefined || aggregateCast === undefined ? {} : { aggregateCast }),
    ...(aggregate === undefined || alias === undefined ? {} : { alias }),
  };
}

function withoutAggregate({ aggregate: _, aggregateCast: __, ...column }: SelectColumn): SelectColumn {
  return column;
}

/** What an embed of the spread relation adds to the spread columns. */
function spreadColumnsOf({ output }: Embed): readonly SpreadColumn[] {
  switch (output.kind) {
    case "object":
    case "array":
      return [{ name: output.name }];
    case "nothing":
      return [];
    case "spreadOne":
    case "spreadMany":
      return output.columns.map((column) => ({ ...column, name: column.alias ?? column.name }));
  }
}

/** A nested spread hands its aggregates on; between them the plain columns pass through. */
function withoutSpreadAggregates(embed: Embed): Embed {
  if (embed.output.kind !== "spreadOne") return embed;
  return {
    ...embed,
    output: {
      kind: "spreadOne",
      columns: embed.output.columns.map(({ aggregate: _, aggregateCast: __, ...column }) => column),
    },
  };
}
