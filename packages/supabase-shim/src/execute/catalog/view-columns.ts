import type { CatalogViewColumn, QualifiedName } from "../../schema-cache/index.ts";
import type { NumberedRelations } from "./relation-rows.ts";
import type { TargetColumn } from "./rewrite-rule.ts";

/** A view with the columns that its rewrite rule shows unchanged. */
export interface ViewTargets {
  readonly view: QualifiedName;
  readonly columns: readonly TargetColumn[];
  readonly usesWholeRows: boolean;
}

/** Which column of which relation each view column is, where it is one unchanged. */
export function viewColumnsOf(
  views: readonly ViewTargets[],
  relations: NumberedRelations,
): CatalogViewColumn[] {
  return views.flatMap(({ view, columns }) =>
    columns.flatMap(({ name, relation, column }) => {
      const source = relations.get(relation);
      const sourceColumn = source?.columns.get(column);
      if (source === undefined || sourceColumn === undefined) return [];
      return [{ view, column: name, source: source.relation, sourceColumn }];
    }),
  );
}
