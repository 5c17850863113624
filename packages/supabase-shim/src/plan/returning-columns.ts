import type { ColumnRef } from "./column-ref.ts";
import type { ReadNode } from "./read-node.ts";

/**
 * The columns that a mutation or call must return so that the read over them works: what is selected,
 * what filters and orders use, the columns that embeds join on, and what else is needed.
 */
export function returningColumns(node: ReadNode, also: readonly string[]): readonly string[] {
  const usesWholeRow = node.embeds.some(({ node: embedded }) => embedded.source.kind === "function");
  const own: ColumnRef[] = [
    ...node.select.map(({ column }) => column),
    ...node.select.flatMap(({ column }) =>
      (column.sealedBy ?? []).map((name) => ({ ...column, column: name })),
    ),
    ...node.order
      .map(({ column }) => column)
      .filter(({ qualifier }) => qualifier.name === node.qualifier.name),
    ...(node.trace === undefined
      ? []
      : [...node.trace.key, ...(node.trace.subject === undefined ? [] : [node.trace.subject.column])]),
  ];
  if (usesWholeRow || own.some(({ column }) => column === "*")) return ["*"];
  const joined = node.embeds.flatMap(({ node: embedded }) =>
    embedded.joins
      .filter(
        ({ right: [qualifier] }) =>
          qualifier.name === node.qualifier.name && qualifier.schema === node.qualifier.schema,
      )
      .map(({ right: [, column] }) => column),
  );
  return [...new Set([...own.map(({ column }) => column), ...joined, ...also])];
}
