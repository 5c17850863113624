import { err, ok, type PlanError, type RelationshipCandidate, type Result } from "../../errors/index.ts";
import {
  fuzzyMatches,
  type KeyRelationship,
  nameKey,
  type QualifiedName,
  type Relationship,
  relationshipsFrom,
  type SchemaCache,
  targetSchema,
} from "../../schema-cache/index.ts";

/** What an embed says of the relationship it wants. */
export interface EmbedTarget {
  readonly origin: QualifiedName;
  readonly name: string;
  readonly hint?: string;
  /** The request's schema: relations of other schemas are not embedded. */
  readonly schema: string;
}

/** Finds the one relationship that an embed means. PostgREST, "Resource Embedding". Fails with PGRST200 or PGRST201. */
export function findRelationship(cache: SchemaCache, target: EmbedTarget): Result<Relationship, PlanError> {
  const related = relationshipsFrom(cache, target.origin).filter(
    (relationship) => targetSchema(relationship) === target.schema,
  );
  const found = related.filter((relationship) => matches(relationship, target.name, target.hint));
  const [only] = found;
  if (only === undefined) {
    const suggestion = suggest(cache, target, related);
    return err({
      kind: "noRelationship",
      origin: target.origin.name,
      target: target.name,
      schema: target.schema,
      ...(target.hint === undefined ? {} : { usedHint: target.hint }),
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
  if (found.length === 1) return ok(only);
  return err({
    kind: "ambiguousRelationship",
    origin: target.origin.name,
    target: target.name,
    candidates: found.flatMap((relationship) => candidate(relationship)),
  });
}

function matches(relationship: Relationship, name: string, hint: string | undefined): boolean {
  if (relationship.kind === "computed") return name === relationship.routine.name;
  const byTable = name === relationship.foreignTable.name;
  if (relationship.isSelf) return matchesSelf(relationship, name, hint);
  if (hint === undefined) {
    if (byTable) return true;
    // By constraint or column: only a table has them, not a view that stands for it.
    return (
      relationship.kind === "key" &&
      !relationship.foreignTableIsView &&
      (relationship.constraint === name || onlyColumn(relationship, 0) === name)
    );
  }
  if (!byTable) return false;
  if (relationship.kind === "junction") return relationship.junction.name === hint;
  return (
    relationship.constraint === hint ||
    onlyColumn(relationship, 0) === hint ||
    onlyColumn(relationship, 1) === hint
  );
}

/**
 * One key gives a self relation two directions. The table's name means the rows that point here, the
 * column's name the row that this one points to, and the table with the column as hint the former again.
 */
function matchesSelf(relationship: Relationship, name: string, hint: string | undefined): boolean {
  if (relationship.kind !== "key") return false;
  const pointsHere = relationship.cardinality === "one-to-many" && name === relationship.foreignTable.name;
  if (hint !== undefined) return pointsHere && onlyColumn(relationship, 1) === hint;
  return pointsHere || (relationship.cardinality === "many-to-one" && onlyColumn(relationship, 0) === name);
}

function onlyColumn(relationship: KeyRelationship, side: 0 | 1): string | undefined {
  return relationship.columns.length === 1 ? relationship.columns[0]?.[side] : undefined;
}

function columnList(columns: readonly string[]): string {
  return columns.join(", ");
}

function candidate(relationship: Relationship): RelationshipCandidate[] {
  // A computed relationship overrides what it could be confused with.
  if (relationship.kind === "computed") return [];
  const { table, foreignTable, cardinality } = relationship;
  const embedding = `${table.name} with ${foreignTable.name}`;
  if (relationship.kind === "junction") {
    const own = columnList(relationship.columns.map(([, column]) => column));
    const foreign = columnList(relationship.foreignColumns.map(([, column]) => column));
    return [
      {
        cardinality,
        embedding,
        relationship: `${relationship.junction.name} using ${relationship.constraint}(${own}) and ${relationship.foreignConstraint}(${foreign})`,
        proposal: `${foreignTable.name}!${relationship.junction.name}`,
      },
    ];
  }
  const own = columnList(relationship.columns.map(([column]) => column));
  const foreign = columnList(relationship.columns.map(([, column]) => column));
  return [
    {
      cardinality,
      embedding,
      relationship: `${relationship.constraint} using ${table.name}(${own}) and ${foreignTable.name}(${foreign})`,
      proposal: `${foreignTable.name}!${relationship.constraint}`,
    },
  ];
}

/** A relation of similar name: of the target where the origin has relationships, else of the origin. */
function suggest(
  cache: SchemaCache,
  { origin, name, schema }: EmbedTarget,
  related: readonly Relationship[],
): string | undefined {
  const origins = cache.relatedInto.get(schema);
  if (origins?.has(nameKey(origin)) === true) {
    const names = related.map((relationship) => relationship.foreignTable.name);
    // A name that is there but did not fit (a wrong hint) is no suggestion, nor is one like it.
    const close = fuzzyMatches(names, name).find((match) => match.score < 1);
    return close === undefined ? undefined : `Perhaps you meant '${close.text}' instead of '${name}'.`;
  }
  const close = fuzzyMatches([...(origins?.values() ?? [])], origin.name)[0];
  return close === undefined ? undefined : `Perhaps you meant '${close.text}' instead of '${origin.name}'.`;
}
