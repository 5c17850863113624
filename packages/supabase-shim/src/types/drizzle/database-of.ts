import type { ColumnName, IsGenerated, IsRequired, JsonOf, NullableJsonOf } from "./drizzle-column.ts";
import type { RelationshipsOf } from "./drizzle-relationship.ts";
import type { DrizzleTable, DrizzleView, SchemaNameOf } from "./drizzle-table.ts";

/**
 * The `Database` type of a Drizzle schema module, for `createClient`: no generator, no file to keep. Tables and views
 * by their names in the database, with `Row`, `Insert`, `Update` and `Relationships`; values as the JSON of an answer
 * has them (`numeric` and `bigint` are numbers, dates are texts), JSON columns with their `$type`.
 *
 * What Drizzle's types do not tell, this cannot know:
 *
 * - a foreign key made with `.references()` or `foreignKey()`. Use `references()` of `@offramp/db`, which leaves the key
 *   in the column's type; a table with `relations()` can be embedded by the other table's name.
 * - functions, and keys of several columns: give them as `Extra`.
 * - a default that is no database default (`$default`) counts as none, because the database does not run it.
 *
 * @typeParam Schema `typeof schema` of `import * as schema from "./schema"`.
 * @typeParam Extra what is added to each schema: `{ public: { Functions: { … } } }`.
 *
 * @example
 * ```ts
 * import * as schema from "@offramp/db/schema";
 * import { createClient, type DatabaseOf } from "@offramp/supabase-shim";
 *
 * const supabase = createClient<DatabaseOf<typeof schema>>("postgres://localhost/clinic", "service-key");
 * const { data } = await supabase.from("metabolic_tests").select("vo2_max, profiles(full_name)").limit(1).single();
 * const name: string | null | undefined = data?.profiles?.full_name;
 * console.log(name);
 * ```
 */
export type DatabaseOf<Schema, Extra = {}> = {
  __InternalSupabase: { PostgrestVersion: "14.17" };
} & {
  [Name in SchemaNames<Schema>]: SchemaOf<Schema, Name, Name extends keyof Extra ? Extra[Name] : {}>;
};

type TablesOf<Schema> = Extract<Schema[keyof Schema], DrizzleTable>;

type SchemaNames<Schema> =
  TablesOf<Schema> extends infer Table ? (Table extends DrizzleTable ? SchemaNameOf<Table> : never) : never;

/**
 * Here and in what it holds no interface: an application that writes declarations would have to name it, and it is not
 * exported.
 */
type SchemaOf<Schema, Name, Extra> = {
  Tables: TablesIn<Schema, Name> & Added<Extra, "Tables">;
  Views: (Name extends "public" ? ViewsOf<Schema> : {}) & Added<Extra, "Views">;
  Functions: Added<Extra, "Functions">;
  Enums: Added<Extra, "Enums">;
  CompositeTypes: Added<Extra, "CompositeTypes">;
};

type Added<Extra, Part> = Part extends keyof Extra ? Extra[Part] : {};

type TablesIn<Schema, Name> = {
  [
    Export in keyof Schema as Schema[Export] extends DrizzleTable
      ? SchemaNameOf<Schema[Export]> extends Name
        ? Schema[Export]["_"]["name"]
        : never
      : never
  ]: Schema[Export] extends DrizzleTable ? TableType<Schema[Export], Schema> : never;
};

type TableType<Table extends DrizzleTable, Schema> = {
  Row: RowOf<Table["_"]["columns"]>;
  Insert: InsertOf<Table["_"]["columns"]>;
  Update: UpdateOf<Table["_"]["columns"]>;
  Relationships: RelationshipsOf<Table, Schema>;
};

type RowOf<Columns> = { [Key in keyof Columns as ColumnName<Columns[Key]>]: NullableJsonOf<Columns[Key]> };

type InsertOf<Columns> = Flat<
  {
    [
      Key in keyof Columns as IsRequired<Columns[Key]> extends true ? ColumnName<Columns[Key]> : never
    ]: JsonOf<Columns[Key]>;
  } & {
    [
      Key in keyof Columns as IsRequired<Columns[Key]> extends true ? never : ColumnName<Columns[Key]>
    ]?: Written<Columns[Key]>;
  }
>;

type UpdateOf<Columns> = {
  [Key in keyof Columns as ColumnName<Columns[Key]>]?: Written<Columns[Key]>;
};

type Written<Column> = IsGenerated<Column> extends true ? never : NullableJsonOf<Column>;

type Flat<T> = { [Key in keyof T]: T[Key] };

type ViewsOf<Schema> = {
  [
    Export in keyof Schema as Schema[Export] extends DrizzleView ? Schema[Export]["_"]["name"] : never
  ]: Schema[Export] extends DrizzleView ? ViewType<Schema[Export]["_"]["selectedFields"]> : never;
};

/** Any column of a view may be null. */
type ViewType<Fields> = {
  Row: { [Key in keyof Fields as FieldName<Fields[Key], Key>]: JsonOf<Fields[Key]> | null };
  Relationships: [];
};

/** A column keeps its name; an expression has that of its alias, which is its key's unless someone said otherwise. */
type FieldName<Field, Key> = [ColumnName<Field>] extends [never] ? Key : ColumnName<Field>;
