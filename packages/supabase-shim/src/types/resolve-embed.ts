import type { GenericRelationship, GenericSchema, RelationName, RelationOf } from "./database.ts";
import type { EmbedHead } from "./embed-head.ts";
import type { Cardinality, Embedded } from "./embedded.ts";
import type { ItselfBy, NoKey, SeveralKeys, Unrelated } from "./embed-mistakes.ts";
import type { Keys } from "./keys.ts";
import type { Place } from "./place.ts";
import type { ByColumn, ByConstraint, ByTarget, Constraints, ReferencedBy } from "./relationship-index.ts";
import type { ResolveComputed } from "./resolve-computed.ts";
import type { SelectQueryError } from "./select-error.ts";

/**
 * Finds what an embed means. PostgREST, "Resource Embedding": its name is that of a function of the row, of a relation,
 * of a foreign key, or of a foreign key's column; its hint says which of several foreign keys, or which junction.
 */
export type ResolveEmbed<Schema extends GenericSchema, At extends Place, Head extends EmbedHead> = [
  ResolveComputed<Schema, At, Head>,
] extends [never]
  ? Head["name"] extends RelationName<Schema>
    ? [Head["hint"]] extends [never]
      ? ByRelation<Schema, At, Head, RelationshipsOf<RelationOf<Schema, Head["name"]>>>
      : ByHint<Schema, At, Head, RelationshipsOf<RelationOf<Schema, Head["name"]>>>
    : ByKey<Schema, At, Head>
  : ResolveComputed<Schema, At, Head>;

type RelationshipsOf<Relation> = Relation extends { Relationships: infer Relationships } ? Relationships : [];

type ByRelation<Schema extends GenericSchema, At extends Place, Head extends EmbedHead, Theirs> =
  Found<ByTarget<At["relationships"]>, Head["name"]> extends infer Own
    ? Found<ByTarget<Theirs>, At["name"]> extends infer Back
      ? [Own] extends [never]
        ? [Back] extends [never]
          ? [Junctions<Schema, At["name"], Head["name"]>] extends [never]
            ? ByKey<Schema, At, Head>
            : Embedded<Head["name"], "many">
          : Sole<At, Head, Back, ToMany<Back, Head>>
        : Head["name"] extends At["name"]
          ? Sole<At, Head, Own, "many">
          : [Back] extends [never]
            ? Sole<At, Head, Own, ToOne<At, Own, Head>>
            : SelectQueryError<SeveralKeys<At, Head>>
      : never
    : never;

/** What an index has under a key; `never` for nothing. */
type Found<Index, Key> = Key extends Keys<Index> ? Index[Key] : never;

/** The relations that point to both. A relation is not joined to itself through another. */
type Junctions<Schema extends GenericSchema, One, Other> = One extends Other
  ? never
  : Found<ReferencedBy<Schema>, One> & Found<ReferencedBy<Schema>, Other>;

/** By a column of this relation, or by a foreign key's name on either side. */
type ByKey<Schema extends GenericSchema, At extends Place, Head extends EmbedHead> =
  Found<ByColumn<At["relationships"]>, Head["name"]> extends infer Own
    ? [Own] extends [never]
      ? ByConstraintName<Schema, At, Head>
      : Forward<Schema, At, Head, Own>
    : never;

type Forward<Schema extends GenericSchema, At extends Place, Head extends EmbedHead, Own> =
  OfTable<Schema, Own> extends { referencedRelation: infer Target }
    ? Embedded<Target, ToOne<At, Own, Head>>
    : never;

type ByConstraintName<Schema extends GenericSchema, At extends Place, Head extends EmbedHead> =
  Found<ByConstraint<At["relationships"]>, Head["name"]> extends infer Own
    ? [Own] extends [never]
      ? Backward<At, Head, Found<Constraints<Schema>, Head["name"]>, Keys<Schema["Tables"]>>
      : Own extends { referencedRelation: At["name"] }
        ? SelectQueryError<ItselfBy<At, Own>>
        : Forward<Schema, At, Head, Own>
    : never;

type Backward<At extends Place, Head extends EmbedHead, E, Tables> =
  Extract<E, { from: Tables; key: { referencedRelation: At["name"] } }> extends infer Edge
    ? [Edge] extends [never]
      ? SelectQueryError<Unrelated<At, Head>>
      : Edge extends { from: infer Target; key: infer Key }
        ? Embedded<Target, ToMany<Key, Head>>
        : never
    : never;

/** Only a table has foreign keys; generated types list them again for each view that shows the table's columns. */
type OfTable<Schema extends GenericSchema, Key> =
  Extract<Key, { referencedRelation: Keys<Schema["Tables"]> }> extends infer OfTables
    ? [OfTables] extends [never]
      ? Key
      : OfTables
    : never;

/**
 * The hint is the name of a foreign key, its column on either side, or the junction; where a relation is embedded in
 * itself, the column alone.
 */
type ByHint<Schema extends GenericSchema, At extends Place, Head extends EmbedHead, Theirs> =
  Hinted<Found<ByTarget<At["relationships"]>, Head["name"]>, Head["hint"]> extends infer Own
    ? [Own] extends [never]
      ? Hinted<Found<ByTarget<Theirs>, At["name"]>, Head["hint"]> extends infer Back
        ? [Back] extends [never]
          ? Head["hint"] extends Junctions<Schema, At["name"], Head["name"]>
            ? Embedded<Head["name"], "many">
            : SelectQueryError<NoKey<At, Head>>
          : Embedded<Head["name"], ToMany<Back, Head>>
        : never
      : Head["name"] extends At["name"]
        ? Own extends { columns: [Head["hint"]] }
          ? Embedded<Head["name"], "many">
          : SelectQueryError<ItselfBy<At, Own>>
        : Embedded<Head["name"], ToOne<At, Own, Head>>
    : never;

type Hinted<Key, Hint> = Extract<
  Key,
  { foreignKeyName: Hint } | { columns: [Hint] } | { referencedColumns: [Hint] }
>;

/** A row is there when none of the foreign key's columns can be null, or when `!inner` asks for it. */
type ToOne<At extends Place, Key, Head extends EmbedHead> = Head["inner"] extends true
  ? "one"
  : [Key] extends [{ isNullable: true }]
    ? "maybe"
    : [Key] extends [GenericRelationship]
      ? null extends At["row"][Key["columns"][number] & keyof At["row"]]
        ? "maybe"
        : "one"
      : "one";

type ToMany<Key, Head extends EmbedHead> = Key extends { isOneToOne: true }
  ? Head["inner"] extends true
    ? "one"
    : "maybe"
  : "many";

/** Several foreign keys are a question to the caller. */
type Sole<At extends Place, Head extends EmbedHead, Key, Many extends Cardinality> = [Key] extends [
  GenericRelationship,
]
  ? IsUnion<Key["foreignKeyName"]> extends false
    ? Embedded<Head["name"], Many>
    : SelectQueryError<SeveralKeys<At, Head>>
  : never;

type IsUnion<T, Whole = T> = T extends Whole ? ([Whole] extends [T] ? false : true) : never;
