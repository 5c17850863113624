import { is, SQL } from "drizzle-orm";
import type { getTableConfig, IndexedColumn, PgColumn } from "drizzle-orm/pg-core";
import { quoteIdentifier } from "../quote-identifier.ts";
import { defaultText, ownText, serialType, typeText } from "./drizzle-text.ts";
import type { ModuleTable } from "./schema-module.ts";

/**
 * The statements that make a temporary table as Drizzle describes it, so that PostgreSQL itself says what the
 * description means. Foreign keys are not part of it: nothing about them needs PostgreSQL's reading.
 */
export function standIn(table: ModuleTable): string[] {
  return [
    `create temporary table ${quoteIdentifier(table.name)} (${[
      ...table.columns.map((column) => columnText(column, table)),
      ...keys(table),
      ...table.checks.map(
        ({ name, value }) => `constraint ${quoteIdentifier(name)} check (${ownText(value, table)})`,
      ),
    ].join(", ")})`,
    ...table.indexes.map((index) => indexText(index, table)),
  ];
}

/** The same with nothing but its columns' names and types. */
export function bareStandIn(table: ModuleTable): string {
  const columns = table.columns.map((column) => `${quoteIdentifier(column.name)} ${typeText(column)}`);
  return `create temporary table ${quoteIdentifier(table.name)} (${columns.join(", ")})`;
}

function columnText(column: PgColumn, table: ModuleTable): string {
  const byDefault = defaultText(column);
  return [
    `${quoteIdentifier(column.name)} ${typeText(column)}`,
    generatedText(column, table),
    identityText(column),
    byDefault === undefined || column.generated !== undefined ? undefined : `default ${byDefault}`,
    column.notNull || serialType(column) !== undefined ? "not null" : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

function generatedText({ generated }: PgColumn, table: ModuleTable): string | undefined {
  if (generated === undefined) return undefined;
  const as: unknown = typeof generated.as === "function" ? generated.as() : generated.as;
  return `generated always as (${is(as, SQL) ? ownText(as, table) : String(as)}) stored`;
}

function identityText({ generatedIdentity: identity }: PgColumn): string | undefined {
  if (identity === undefined) return undefined;
  const options = sequenceText(identity.sequenceOptions ?? {});
  return `generated ${identity.type === "always" ? "always" : "by default"} as identity${options === "" ? "" : ` (${options})`}`;
}

/** The options of a sequence that were given. */
export function sequenceText(options: {
  readonly increment?: number | string;
  readonly minValue?: number | string;
  readonly maxValue?: number | string;
  readonly startWith?: number | string;
  readonly cache?: number | string;
  readonly cycle?: boolean;
}): string {
  const { increment, minValue, maxValue, startWith, cache, cycle } = options;
  return [
    increment === undefined ? undefined : `increment by ${increment}`,
    minValue === undefined ? undefined : `minvalue ${minValue}`,
    maxValue === undefined ? undefined : `maxvalue ${maxValue}`,
    startWith === undefined ? undefined : `start with ${startWith}`,
    cache === undefined ? undefined : `cache ${cache}`,
    cycle === true ? "cycle" : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** Primary keys and unique constraints, by the names that drizzle-kit gives them. */
function keys(table: ModuleTable): string[] {
  const own = table.columns.filter(({ primary }) => primary);
  const named = (columns: readonly { readonly name: string }[]): string =>
    columns.map(({ name }) => quoteIdentifier(name)).join(", ");
  return [
    ...(own.length > 0 && table.primaryKeys.length === 0
      ? [`constraint ${quoteIdentifier(`${table.name}_pkey`)} primary key (${named(own)})`]
      : []),
    ...table.primaryKeys.map(
      (key) => `constraint ${quoteIdentifier(key.getName())} primary key (${named(key.columns)})`,
    ),
    ...table.columns
      .filter(({ isUnique }) => isUnique)
      .map((column) =>
        uniqueText(column.uniqueName ?? "", named([column]), column.uniqueType === "not distinct"),
      ),
    ...table.uniqueConstraints.map((constraint) =>
      uniqueText(constraint.name ?? "", named(constraint.columns), constraint.nullsNotDistinct),
    ),
  ];
}

function uniqueText(name: string, columns: string, nullsNotDistinct: boolean): string {
  return `constraint ${quoteIdentifier(name)} unique ${nullsNotDistinct ? "nulls not distinct " : ""}(${columns})`;
}

type ModuleIndex = ReturnType<typeof getTableConfig>["indexes"][number];

function indexText({ config }: ModuleIndex, table: ModuleTable): string {
  const columns = config.columns.map((column) =>
    is(column, SQL) ? ownText(column, table) : indexedText(column as IndexedColumn),
  );
  const parameters = Object.entries(config.with ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return [
    `create ${config.unique ? "unique " : ""}index ${quoteIdentifier(indexName(config, table))}`,
    `on ${quoteIdentifier(table.name)} using ${config.method ?? "btree"} (${columns.join(", ")})`,
    parameters.length > 0 ? `with (${parameters.join(", ")})` : undefined,
    config.where === undefined ? undefined : `where ${ownText(config.where, table)}`,
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

function indexName(config: ModuleIndex["config"], table: ModuleTable): string {
  if (config.name !== undefined) return config.name;
  const columns = config.columns.map((column) => ("name" in column ? column.name : ""));
  return `${table.name}_${columns.join("_")}_index`;
}

/** With an operator class drizzle-kit writes no order. */
function indexedText({ name, indexConfig }: IndexedColumn): string {
  const { order, nulls, opClass } = indexConfig;
  const column = quoteIdentifier(name ?? "");
  if (opClass !== undefined) return `${column} ${opClass}`;
  const descending = order === "desc" ? " desc" : "";
  const usual = nulls === undefined || (nulls === "last" && order !== "desc");
  return `${column}${descending}${usual ? "" : ` nulls ${nulls}`}`;
}
