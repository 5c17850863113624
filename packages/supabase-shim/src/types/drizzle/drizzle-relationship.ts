import type { ColumnName } from "./drizzle-column.ts";
import type { DrizzleRelations, DrizzleTable } from "./drizzle-table.ts";

/** What `references()` of `@offramp/db` leaves in a column's type. */
interface Reference {
  readonly table: string;
  readonly column: string;
  readonly unique: boolean;
}

type Columns<Table extends DrizzleTable> = Table["_"]["columns"];

/** The foreign keys of a table: those of its columns, and for other tables what `relations()` says. */
export type RelationshipsOf<Table extends DrizzleTable, Schema> = (
  | KeysOf<Table>
  | RelatedTo<Table, Schema, KeysOf<Table>>
)[];

type KeysOf<Table extends DrizzleTable> = {
  [Name in keyof Columns<Table>]: Columns<Table>[Name] extends {
    readonly _: { readonly references: infer To extends Reference };
  }
    ? Key<Table["_"]["name"], Columns<Table>[Name], To>
    : never;
}[keyof Columns<Table>];

/** Named as Drizzle names it. A key that is unique, or the primary key itself, leads back to one row. */
type Key<Table extends string, Column, To extends Reference> = {
  foreignKeyName: `${Table}_${ColumnName<Column>}_${To["table"]}_${To["column"]}_fk`;
  columns: [ColumnName<Column>];
  isOneToOne: To["unique"] extends true
    ? true
    : Column extends { readonly _: { readonly isPrimaryKey: true } }
      ? true
      : false;
  referencedRelation: To["table"];
  referencedColumns: [To["column"]];
};

/**
 * `one()` names the other table and whether its row is always there, but not the key: such a relationship is found by
 * the table's name alone. Without fields, `one()` is the other side of the other table's key, as `many()` is.
 */
type RelatedTo<Table extends DrizzleTable, Schema, Known> = OnesOf<
  RelationsOf<Schema, Table["_"]["name"]>,
  TargetsOf<Known> | KeyedTo<Schema, Table["_"]["name"]> | AlwaysOne<Schema, Table["_"]["name"]>
>;

type TargetsOf<Keys> = Keys extends { referencedRelation: infer Target } ? Target : never;

/** What `relations()` says of the table. */
type RelationsOf<Schema, Name> = {
  [Export in keyof Schema]: Schema[Export] extends DrizzleRelations
    ? Schema[Export]["table"]["_"]["name"] extends Name
      ? ReturnType<Schema[Export]["config"]>
      : never
    : never;
}[keyof Schema];

/** The tables with a key to the table. */
type KeyedTo<Schema, Name> = {
  [Export in keyof Schema]: Schema[Export] extends DrizzleTable
    ? Name extends TargetsOf<KeysOf<Schema[Export]>>
      ? Schema[Export]["_"]["name"]
      : never
    : never;
}[keyof Schema];

/** The tables each of whose rows has one of the table: the key is on their side. */
type AlwaysOne<Schema, Name> = {
  [Export in keyof Schema]: Schema[Export] extends DrizzleRelations
    ? One<ReturnType<Schema[Export]["config"]>, Name, true> extends never
      ? never
      : Schema[Export]["table"]["_"]["name"]
    : never;
}[keyof Schema];

type One<Config, Target, Always> = {
  [Name in keyof Config]: Config[Name] extends {
    readonly $brand: "Relation";
    readonly referencedTableName: Target;
    readonly isNullable: Always;
  }
    ? Name
    : never;
}[keyof Config];

type OnesOf<Config, Known> = {
  [Name in keyof Config]: Config[Name] extends {
    readonly $brand: "Relation";
    readonly referencedTableName: infer Target extends string;
    readonly isNullable: infer Always extends boolean;
  }
    ? Target extends Known
      ? never
      : RelatedKey<Name & string, Target, Always>
    : never;
}[keyof Config];

/** Drizzle's `isNullable` is true where no field of the key can be null. */
type RelatedKey<Name extends string, Target extends string, Always extends boolean> = {
  foreignKeyName: Name;
  columns: [];
  isOneToOne: false;
  isNullable: Always extends true ? false : true;
  referencedRelation: Target;
  referencedColumns: [];
};
