import type { GenericRelationship, GenericSchema } from "./database.ts";

/*
 * Relationships are found by key, not by search: each index is computed once for its list and kept by the compiler.
 * Where a key stands twice, a mapped type with `as` makes the union of both, which is how ambiguity is seen.
 */

/** A relation's own foreign keys, by the relation that they point to. */
export type ByTarget<Relationships> = Relationships extends GenericRelationship[]
  ? { [Key in Relationships[number] as Key["referencedRelation"]]: Key }
  : {};

/** A relation's own foreign keys of one column, by that column. */
export type ByColumn<Relationships> = Relationships extends GenericRelationship[]
  ? {
      [
        Key in Relationships[number] as Key["columns"] extends [infer Column extends string] ? Column : never
      ]: Key;
    }
  : {};

/** A relation's own foreign keys, by name. */
export type ByConstraint<Relationships> = Relationships extends GenericRelationship[]
  ? { [Key in Relationships[number] as Key["foreignKeyName"]]: Key }
  : {};

/** A foreign key and the relation that has it. */
interface Edge<From, Key> {
  from: From;
  key: Key;
}

type EdgesOf<From, Key> = Key extends GenericRelationship ? Edge<From, Key> : never;

type EdgesAmong<Relations> = {
  [Name in keyof Relations]: Relations[Name] extends { Relationships: (infer Key)[] }
    ? EdgesOf<Name, Key>
    : never;
}[keyof Relations];

type Edges<Schema extends GenericSchema> = EdgesAmong<Schema["Tables"]> | EdgesAmong<Schema["Views"]>;

type Target<E> = E extends { key: { referencedRelation: infer Name extends string } } ? Name : never;

type Constraint<E> = E extends { key: { foreignKeyName: infer Name extends string } } ? Name : never;

/** The names of the relations that point to a relation, by its name. */
export type ReferencedBy<Schema extends GenericSchema> = {
  [E in Edges<Schema> as Target<E>]: E["from"];
};

/** All foreign keys of a schema, by name. */
export type Constraints<Schema extends GenericSchema> = { [E in Edges<Schema> as Constraint<E>]: E };
