import { err, ok, type PlanError, type Result } from "../../errors/index.ts";
import {
  findTable,
  isToOne,
  type QualifiedName,
  type Relationship,
  type SchemaCache,
} from "../../schema-cache/index.ts";
import type { Qualifier } from "../column-ref.ts";
import type { JoinCondition } from "../condition.ts";
import type { Source } from "../read-node.ts";
import { fittingAlias } from "./alias.ts";
import { findRelationship } from "./find-relationship.ts";
import type { LocatedNode } from "./located-tree.ts";
import type { RelatedNode } from "./related-tree.ts";

/** The root's place: the relation itself, or the rows that a mutation or call returned under its name. */
export interface Root {
  readonly relation: QualifiedName;
  readonly source: Source;
  readonly alias?: string;
  readonly schema: string;
}

/** Second pass: finds each embed's relationship, its relation and its aliases. */
export function relate(cache: SchemaCache, root: Root, tree: LocatedNode): Result<RelatedNode, PlanError> {
  const table = findTable(cache, root.relation);
  const qualifier: Qualifier = root.alias === undefined ? root.relation : { name: root.alias };
  const node = {
    located: tree,
    relation: root.relation,
    source: root.source,
    qualifier,
    joins: [],
    ...(root.alias === undefined ? {} : { alias: root.alias }),
    ...(table === undefined ? {} : { table }),
  };
  return withChildren(cache, root.schema, node);
}

function withChildren(
  cache: SchemaCache,
  schema: string,
  node: Omit<RelatedNode, "children">,
): Result<RelatedNode, PlanError> {
  const children: RelatedNode[] = [];
  for (const located of node.located.children) {
    const found = findRelationship(cache, {
      origin: node.relation,
      name: located.name,
      schema,
      ...(located.hint === undefined ? {} : { hint: located.hint }),
    });
    if (!found.ok) return err(found.error);
    const child = withChildren(
      cache,
      schema,
      embedded(cache, { parent: node, located, relationship: found.value }),
    );
    if (!child.ok) return child;
    children.push(child.value);
  }
  return ok({ ...node, children });
}

interface Embedding {
  readonly parent: Omit<RelatedNode, "children">;
  readonly located: LocatedNode;
  readonly relationship: Relationship;
}

function embedded(
  cache: SchemaCache,
  { parent, located, relationship }: Embedding,
): Omit<RelatedNode, "children"> {
  const relation = relationship.foreignTable;
  const table = findTable(cache, relation);
  const alias = fittingAlias(`${relation.name}_${located.depth}`);
  const qualifier: Qualifier = { name: alias };
  const junction =
    relationship.kind === "junction"
      ? {
          relation: relationship.junction,
          alias: fittingAlias(`${relationship.junction.name}_${located.depth}_via`),
        }
      : undefined;
  return {
    located,
    relation,
    source: sourceOf(relationship, parent.qualifier),
    alias,
    qualifier,
    joins: joinsOf(relationship, { parent: parent.qualifier, own: qualifier, junction: junction?.alias }),
    parent: {
      relationship,
      joinAlias: fittingAlias(`${relationship.table.name}_${located.alias ?? located.name}_${located.depth}`),
      toOne: isToOne(relationship),
    },
    ...(table === undefined ? {} : { table }),
    ...(junction === undefined ? {} : { junction }),
  };
}

function sourceOf(relationship: Relationship, parent: Qualifier): Source {
  if (relationship.kind !== "computed") return { kind: "relation", relation: relationship.foreignTable };
  return {
    kind: "function",
    routine: relationship.routine,
    argument: parent,
    argumentType: relationship.table,
  };
}

interface Ends {
  readonly parent: Qualifier;
  readonly own: Qualifier;
  readonly junction: string | undefined;
}

function joinsOf(relationship: Relationship, { parent, own, junction }: Ends): JoinCondition[] {
  switch (relationship.kind) {
    case "computed":
      return [];
    case "key":
      return relationship.columns.map(([column, foreignColumn]) => ({
        left: [own, foreignColumn],
        right: [parent, column],
      }));
    case "junction": {
      const via: Qualifier = { name: junction ?? relationship.junction.name };
      return [
        ...relationship.foreignColumns.map(([column, via_]): JoinCondition => ({
          left: [via, via_],
          right: [own, column],
        })),
        ...relationship.columns.map(([column, via_]): JoinCondition => ({
          left: [via, via_],
          right: [parent, column],
        })),
      ];
    }
  }
}
