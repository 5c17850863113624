import type { CatalogViewColumn, QualifiedName } from "../schema-cache/index.ts";
import { COLUMN_NAMES_SQL } from "./catalog-sql.ts";
import { targetColumns } from "./rewrite-rule.ts";

export interface ViewRule {
  readonly view: QualifiedName;
  /** `pg_rewrite.ev_action` as text. */
  readonly rule: string;
}

interface NamedRelation extends QualifiedName {
  readonly oid: string;
  readonly columns: Readonly<Record<string, string>>;
}

type ReadJson = (text: string, json: string) => Promise<readonly NamedRelation[]>;

/** Which column of which relation each view column is, where it is one unchanged. */
export async function readViewColumns(
  rules: readonly ViewRule[],
  readJson: ReadJson,
): Promise<CatalogViewColumn[]> {
  const references = rules.map(({ view, rule }) => ({ view, columns: targetColumns(rule) }));
  const oids = new Set(references.flatMap(({ columns }) => columns.map(({ relation }) => relation)));
  if (oids.size === 0) return [];
  const relations = await readJson(COLUMN_NAMES_SQL, JSON.stringify([...oids]));
  const byOid = new Map(relations.map((relation) => [relation.oid, relation]));
  return references.flatMap(({ view, columns }) =>
    columns.flatMap(({ name, relation, column }) => {
      const source = byOid.get(relation);
      const sourceColumn = source?.columns[column];
      if (source === undefined || sourceColumn === undefined) return [];
      return [{ view, column: name, source: { schema: source.schema, name: source.name }, sourceColumn }];
    }),
  );
}
