import type { Catalog, CatalogObject, PropertyValue } from "../catalog/catalog.ts";

/**
 * A table with a partition for each month of UTC, which are made as the months come and dropped when their time is over:
 * `visits_202611` of `visits`. So no manifest can list them. Those that are there must be as the model is; that of the
 * present month must be there, and every one between it and the last. Of months that are over none is missed.
 *
 * @example
 * import type { MonthlyPartitions } from "@offramp/db/conformance";
 *
 * const months: MonthlyPartitions = { of: "public.visits", like: "public.visits_default" };
 * console.log(months.of);
 */
export interface MonthlyPartitions {
  /** The table, partitioned by range of a `timestamptz`, as `schema.table`. */
  readonly of: string;
  /** The model: a partition that the migrations make, such as the default one. Only name and bound of a month's differ. */
  readonly like: string;
}

/** Tells whether an object is, or belongs to, a month's partition. */
export function ofMonths(rules: readonly MonthlyPartitions[]): (object: CatalogObject) => boolean {
  return (object) => rules.some((rule) => monthOf(rule, object) !== undefined);
}

/** A catalog that says which of its tables have a partition for each month. */
interface CatalogWithMonths extends Catalog {
  readonly monthly?: readonly MonthlyPartitions[];
}

/** The partitions, with what belongs to them, that the months until now and those that were found call for. */
export function objectsOfMonths(
  expected: CatalogWithMonths,
  found: Catalog,
  now: Date = new Date(),
): readonly CatalogObject[] {
  const present = now.toISOString().slice(0, 7).replace("-", "");
  return (expected.monthly ?? []).flatMap((rule) => {
    const months = monthsOf(rule, found).add(present);
    const last = [...months].toSorted().at(-1) ?? present;
    for (let month = present; month < last; month = following(month)) months.add(month);
    return [...months].flatMap((month) => partition(expected, rule, month));
  });
}

function monthsOf(rule: MonthlyPartitions, { objects }: Catalog): Set<string> {
  return new Set(objects.flatMap((object) => (object.kind === "table" ? (monthOf(rule, object) ?? []) : [])));
}

/** `YYYYMM` */
function monthOf({ of }: MonthlyPartitions, object: CatalogObject): string | undefined {
  const relation = `${object.schema}.${relationOf(object)}`;
  return relation.startsWith(`${of}_`)
    ? /^\d{4}(?:0[1-9]|1[0-2])$/.exec(relation.slice(of.length + 1))?.[0]
    : undefined;
}

function relationOf({ kind, name, parent }: CatalogObject): string {
  return kind === "table" ? name : (parent ?? "");
}

function partition(expected: Catalog, rule: MonthlyPartitions, month: string): readonly CatalogObject[] {
  const model = rule.like.slice(rule.like.indexOf(".") + 1);
  const table = `${rule.of.slice(rule.of.indexOf(".") + 1)}_${month}`;
  const renamed = (value: PropertyValue): PropertyValue =>
    typeof value === "string" ? value.replaceAll(rule.like, `${rule.of}_${month}`) : value;
  return expected.objects
    .filter((object) => `${object.schema}.${relationOf(object)}` === rule.like)
    .map((object): CatalogObject => {
      const properties: Record<string, PropertyValue> = Object.fromEntries(
        Object.entries(object.properties).map(([name, value]) => [name, renamed(value)]),
      );
      if (object.kind === "table") properties["partition bound"] = boundOf(month);
      return {
        ...object,
        ...(object.kind === "table" ? { name: table } : { parent: table }),
        name: object.kind === "table" ? table : object.name.replace(model, table),
        properties,
      };
    });
}

/** As PostgreSQL writes it in a session whose time zone is UTC. */
function boundOf(month: string): string {
  const first = (of: string): string => `'${of.slice(0, 4)}-${of.slice(4)}-01 00:00:00+00'`;
  return `FOR VALUES FROM (${first(month)}) TO (${first(following(month))})`;
}

function following(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(4))];
  return number === 12 ? `${year + 1}01` : `${year}${String(number + 1).padStart(2, "0")}`;
}
