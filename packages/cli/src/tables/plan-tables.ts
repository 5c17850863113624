import type { EncryptedColumn } from "@offramp/db/encryption";

import type { TableConfig } from "../config/tables-config.ts";
import { sameInBinary } from "../tables/binary-types.ts";
import type { ColumnFacts, TableFacts } from "../tables/read-tables.ts";
import { isManagedSchema } from "../supabase/managed-schemas.ts";
import { parseTableName, tableText } from "../tables/table-name.ts";
import type { ColumnChange, ColumnPlan, TablePlan } from "../tables/table-plan.ts";

/** An encrypted column of the target, and the columns of the key that its values are bound to. */
export interface MarkedColumn extends EncryptedColumn {
  readonly rowKey: readonly string[];
}

/** What a plan is made from. */
export interface PlanInput {
  readonly source: readonly TableFacts[];
  readonly target: readonly TableFacts[];
  readonly encrypted: readonly MarkedColumn[];
  readonly config: Readonly<Record<string, TableConfig>>;
  readonly hasKeyWrapper: boolean;
}

/** What will be copied, what stands in the way, and what stays behind. */
export interface CopyPlan {
  readonly tables: readonly TablePlan[];
  /** Each says what is wrong and what to do; with one of them nothing is copied. */
  readonly obstacles: readonly string[];
  /** What stays in the source, by name. */
  readonly left: readonly string[];
}

/** Decides for every table of the source what becomes of it. Pure: it asks no database. */
export function planTables(input: PlanInput): CopyPlan {
  const targets = new Map(input.target.map((facts) => [tableText(facts), facts]));
  const tables: TablePlan[] = [];
  const obstacles: string[] = [];
  const left: string[] = [];
  const known = new Set(input.source.map(tableText));
  for (const name of Object.keys(input.config))
    if (!known.has(name))
      obstacles.push(`${name}: the configuration names it, and the source has no such table.`);
  for (const source of input.source) {
    const name = tableText(source);
    const config = input.config[name] ?? {};
    const targetName = config.to === undefined ? source : parseTableName(config.to);
    const target = targets.get(tableText(targetName));
    const supabases = isManagedSchema(source.schema);
    if (config.skip === true) left.push(`${name}: the configuration skips it.`);
    else if (target !== undefined) {
      const made = planTable({ source, target, config, supabases, input });
      obstacles.push(...made.obstacles);
      left.push(...made.left);
      tables.push(made.plan);
    } else if (supabases && input.config[name] === undefined)
      left.push(`${name}: Supabase's own, and not in the target.`);
    else
      obstacles.push(
        `${name}: the target has no table ${tableText(targetName)}. Apply what "offramp schema" wrote, or set tables: { "${name}": { skip: true } }.`,
      );
  }
  return { tables, obstacles: [...obstacles, ...twice(tables)], left };
}

interface OneTable {
  readonly source: TableFacts;
  readonly target: TableFacts;
  readonly config: TableConfig;
  readonly supabases: boolean;
  readonly input: PlanInput;
}

function planTable({ source, target, config, supabases, input }: OneTable): {
  readonly plan: TablePlan;
  readonly obstacles: string[];
  readonly left: string[];
} {
  const name = tableText(source);
  const obstacles = [...visibility(source), ...unknownColumns(source, config)];
  const left: string[] = [];
  const columns: ColumnPlan[] = [];
  for (const column of source.columns.filter(({ generated }) => !generated)) {
    if (config.drop?.includes(column.name) === true) {
      left.push(`${name}.${column.name}: the configuration drops it.`);
      continue;
    }
    const targetColumn = target.columns.find(
      (each) => each.name === (config.rename?.[column.name] ?? column.name),
    );
    if (targetColumn?.generated === true) {
      left.push(`${name}.${column.name}: the target generates it.`);
    } else if (targetColumn !== undefined) {
      const change = changeOf(column, targetColumn, { source, target, config, supabases, input });
      if (typeof change === "string") obstacles.push(change);
      else
        columns.push({
          source: column.name,
          target: targetColumn.name,
          type: column.type,
          binary: sameInBinary(column.type, targetColumn.type),
          change,
        });
    } else if (supabases) left.push(`${name}.${column.name}: the target does not have it.`);
    else
      obstacles.push(
        `${name}.${column.name}: the target's ${tableText(target)} has no such column. Add it there, or give rename or drop in the configuration.`,
      );
  }
  const given = new Set(columns.map((column) => column.target));
  for (const column of target.columns)
    if (!given.has(column.name) && column.notNull && !column.hasDefault && !column.generated)
      obstacles.push(
        `${tableText(target)}.${column.name}: the target wants a value, and nothing of the source gives it one.`,
      );
  return {
    plan: {
      source: { schema: source.schema, table: source.table },
      target: { schema: target.schema, table: target.table },
      sourcePartitioned: source.partitioned,
      targetPartitioned: target.partitioned,
      leaves: source.leaves,
      columns,
      read: source.columns
        .filter(({ generated }) => !generated)
        .map(({ name: column, type }) => ({ name: column, type })),
      key: source.key,
      filter: config.filter,
    },
    obstacles,
    left,
  };
}

/** What happens to a column, or why it cannot be copied. */
function changeOf(column: ColumnFacts, targetColumn: ColumnFacts, table: OneTable): ColumnChange | string {
  const { source, target, config, input } = table;
  const place = `${tableText(source)}.${column.name}`;
  const marked = input.encrypted.find(
    (each) =>
      each.schema === target.schema && each.table === target.table && each.column === targetColumn.name,
  );
  if (config.encrypt?.includes(column.name) === true) {
    if (marked === undefined)
      return `${place}: the configuration encrypts it, but ${tableText(target)}.${targetColumn.name} is no encrypted column. Make it one with encryptedColumnsMigration of @offramp/db/encryption.`;
    if (!input.hasKeyWrapper)
      return `${place}: encrypting it needs keyWrapper in offramp.config.ts, such as kmsWrapper({ keyId }) of @offramp/db/encryption.`;
    const rowKey = marked.rowKey.map(
      (key) => source.columns.find(({ name }) => (config.rename?.[name] ?? name) === key)?.name ?? "",
    );
    if (rowKey.includes(""))
      return `${place}: the target's key (${marked.rowKey.join(", ")}) is not in the source.`;
    if (rowKey.some((key) => config.map?.[key] !== undefined))
      return `${place}: a column of the key is mapped, and an encrypted value is bound to its row's key.`;
    return { kind: "encrypt", column: marked, rowKey };
  }
  if (marked !== undefined && column.type !== "bytea")
    return `${place}: the target encrypts ${tableText(target)}.${targetColumn.name}. Set tables: { "${tableText(source)}": { encrypt: ["${column.name}"] } }.`;
  const map = config.map?.[column.name];
  return map === undefined ? { kind: "keep" } : { kind: "map", map };
}

function visibility(source: TableFacts): string[] {
  const name = tableText(source);
  if (!source.readable)
    return [
      `${name}: the source's role may not read it. Use Supabase's role "postgres", or grant it select.`,
    ];
  if (!source.hidesRows) return [];
  const remedy = source.forcesRowSecurity
    ? `It has FORCE ROW LEVEL SECURITY, which binds its owner too: use a role with BYPASSRLS (Supabase's "postgres" has it), or "alter table … no force row level security" for the time of the copy.`
    : `Use a role with BYPASSRLS (Supabase's "postgres" has it) or its owner, "${source.owner}".`;
  return [`${name}: row level security hides rows from the source's role, and they would be lost. ${remedy}`];
}

function unknownColumns(source: TableFacts, config: TableConfig): string[] {
  const has = new Set(source.columns.map(({ name }) => name));
  const named = [
    ...Object.keys(config.rename ?? {}),
    ...(config.drop ?? []),
    ...Object.keys(config.map ?? {}),
    ...(config.encrypt ?? []),
  ];
  return named
    .filter((column) => !has.has(column))
    .map(
      (column) =>
        `${tableText(source)}.${column}: the configuration names it, and the source has no such column.`,
    );
}

function twice(tables: readonly TablePlan[]): string[] {
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (const { source, target } of tables) {
    const other = seen.get(tableText(target));
    if (other !== undefined)
      found.push(
        `${tableText(source)}: ${tableText(target)} is where ${other} goes. One table of the source fills one of the target.`,
      );
    seen.set(tableText(target), tableText(source));
  }
  return found;
}
