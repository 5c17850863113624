import type { Database } from "@offramp/db";

import { isPlain, type TablePlan } from "../tables/table-plan.ts";
import { rowTransform, type Sealer } from "../tables/row-transform.ts";
import { tableText } from "../tables/table-name.ts";
import type { FollowedTable, NamedRow } from "./apply/followed-table.ts";
import type { CopiedTables } from "./read-copied.ts";
import { readTargetColumns } from "./read-target-columns.ts";
import type { PublishedTable } from "./slot/publication.ts";

/** What the source publishes of the copied tables, and what it cannot. */
export interface Published {
  readonly tables: readonly PublishedTable[];
  /** By `schema.table`: of another owner, or unlogged. They are compared and refreshed instead. */
  readonly refreshed: ReadonlySet<string>;
}

/** Splits copied tables by whether the role may publish their changes: it has to own them, and they have to be logged. */
export async function publishedTables(source: Database, plans: readonly TablePlan[]): Promise<Published> {
  const rows = await source.query({
    text: `select n.nspname || '.' || c.relname as place,
        pg_has_role(c.relowner, 'usage') and c.relpersistence = 'p' as publishable,
        exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as keyed
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p')`,
  });
  const facts = new Map(rows.map((row) => [row["place"] ?? "", row]));
  const isPublishable = (plan: TablePlan): boolean =>
    facts.get(tableText(plan.source))?.["publishable"] === "t";
  return {
    tables: plans.filter(isPublishable).map((plan) => ({
      schema: plan.source.schema,
      name: plan.source.table,
      wholeRows: facts.get(tableText(plan.source))?.["keyed"] !== "t" || !isPlain(plan),
    })),
    refreshed: new Set(
      plans.filter((plan) => !isPublishable(plan)).map(({ source: name }) => tableText(name)),
    ),
  };
}

/** Tables ready to be followed, and what stands in the way of others. */
export interface FollowTables {
  readonly tables: readonly FollowedTable[];
  /** Each says what is wrong and what to do; with one of them nothing is followed. */
  readonly obstacles: readonly string[];
}

/**
 * What becomes of each table's changes: by the same transforms as in the copy, and from where its parts were copied on.
 *
 * @param options.sealer seals values of encrypted columns, where there are some.
 * @param options.copied what the copy has of each table.
 */
export async function planFollow(
  target: Database,
  plans: readonly TablePlan[],
  { sealer, copied }: { readonly sealer?: Sealer | undefined; readonly copied: CopiedTables },
): Promise<FollowTables> {
  const columns = await readTargetColumns(target);
  const obstacles = plans.flatMap((plan) => obstaclesOf(plan, copied));
  const tables = plans.map((plan): FollowedTable => {
    const keys = new Set(plan.key.map((key) => plan.columns.find(({ source }) => source === key)?.target));
    const ownColumns = columns.get(tableText(plan.target)) ?? [];
    const given = new Set(plan.columns.map(({ target: name }) => name));
    return {
      schema: plan.source.schema,
      name: plan.source.table,
      target: {
        schema: plan.target.schema,
        name: plan.target.table,
        columns: ownColumns
          .filter(({ name }) => given.has(name))
          .map((column) => ({ ...column, key: keys.has(column.name) })),
      },
      columnOf: new Map(
        plan.read.map(({ name }) => [
          name,
          plan.columns.find(({ source }) => source === name)?.target ?? null,
        ]),
      ),
      copied: (transactionId) => copied.get(tableText(plan.source))?.holds(transactionId) ?? "none",
      ...(isPlain(plan) ? {} : { transform: transformOf(plan, sealer) }),
    };
  });
  return { tables, obstacles };
}

function obstaclesOf(plan: TablePlan, copied: CopiedTables): readonly string[] {
  const name = tableText(plan.source);
  const state = copied.get(name);
  if (state === undefined) return [`${name}: it was not copied yet. Run offramp copy --follow first.`];
  if (!state.complete)
    return [
      `${name}: its copy is not complete. Run offramp copy --follow again: it goes on where it stopped.`,
    ];
  const changedKey = plan.columns.find(
    ({ source, change }) => plan.key.includes(source) && change.kind !== "keep",
  );
  if (changedKey !== undefined)
    return [
      `${name}: its key ${changedKey.source} is changed on the way, so an update cannot find its row. Leave the key as it is.`,
    ];
  const droppedKey = plan.key.find((key) => !plan.columns.some(({ source }) => source === key));
  if (droppedKey !== undefined)
    return [`${name}: its key ${droppedKey} is dropped, so an update cannot find its row.`];
  if (plan.key.length === 0 && plan.columns.some(({ change }) => change.kind === "encrypt"))
    return [
      `${name}: it has no key, and encrypted values cannot be compared, so an update cannot find its row. Give it a key.`,
    ];
  return [];
}

function transformOf(
  plan: TablePlan,
  sealer: Sealer | undefined,
): (row: NamedRow) => Promise<NamedRow | undefined> {
  const transform = rowTransform(plan, sealer);
  return (row) => {
    const values = transform(row);
    if (values === undefined) return Promise.resolve(undefined);
    return Promise.resolve(
      Object.fromEntries(plan.columns.map(({ target }, index) => [target, values[index] ?? null])),
    );
  };
}
