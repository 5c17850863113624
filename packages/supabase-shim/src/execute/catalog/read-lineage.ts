import type { Queryable } from "@offramp/db";
import { type Catalog, type CatalogViewUse, nameKey } from "../../schema-cache/index.ts";
import { CHILDREN_SQL, VIEW_USES_SQL } from "./lineage-sql.ts";
import { readJson } from "./read-json.ts";
import type { ViewTargets } from "./view-columns.ts";

type Lineage = NonNullable<Catalog["lineage"]>;

/** A row of VIEW_USES_SQL. */
type ViewUseRow = readonly [
  viewSchema: string,
  view: string,
  schema: string,
  name: string,
  column: string | null,
];

/**
 * How values travel beyond plain columns. PostgreSQL notes which columns a view's rule depends on, but not for a
 * reference to whole rows: a view that has one is taken to use all of every relation it reads.
 */
export async function readLineage(queryable: Queryable, views: readonly ViewTargets[]): Promise<Lineage> {
  const [rows, children] = await Promise.all([
    readJson<ViewUseRow[]>(queryable, VIEW_USES_SQL),
    readJson<Lineage["children"]>(queryable, CHILDREN_SQL),
  ]);
  const wholeRows = new Set(views.filter((each) => each.usesWholeRows).map(({ view }) => nameKey(view)));
  const viewUses = rows.flatMap(([viewSchema, viewName, schema, name, column]): CatalogViewUse[] => {
    const use = { view: { schema: viewSchema, name: viewName }, source: { schema, name } };
    return [
      ...(column === null ? [] : [{ ...use, sourceColumn: column }]),
      ...(wholeRows.has(nameKey(use.view)) ? [use] : []),
    ];
  });
  return { viewUses, children };
}
