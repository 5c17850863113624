import type { Anything, IsAny } from "./any.ts";
import type { Keys } from "./keys.ts";

/*
 * The shape of a `Database` type, as `supabase gen types` writes it. The constraints are shallow on purpose: a deep
 * one is compared with every table of the database, and refuses rows that are declared as interfaces.
 */

/** One foreign key, as a generated type lists it. */
export interface GenericRelationship {
  foreignKeyName: string;
  columns: string[];
  isOneToOne?: boolean;
  /** Said where the columns are not known. */
  isNullable?: boolean;
  referencedRelation: string;
  referencedColumns: string[];
}

/** One schema of a `Database`. */
export interface GenericSchema {
  Tables: object;
  Views: object;
  Functions: object;
}

/**
 * A `Database` without the key that holds no schema.
 *
 * @example
 * ```ts
 * import type { DatabaseWithoutInternals } from "@offramp/supabase-shim";
 *
 * interface Database {
 *   __InternalSupabase: { PostgrestVersion: "14.1" };
 *   public: { Tables: {}; Views: {}; Functions: {} };
 * }
 * export const schema: keyof DatabaseWithoutInternals<Database> = "public";
 * ```
 */
export type DatabaseWithoutInternals<Database> = Omit<Database, "__InternalSupabase">;

/** The names of a database's schemas. */
export type SchemaNames<Database> = string & keyof DatabaseWithoutInternals<Database>;

/** `public` where there is one, else any of them. */
export type DefaultSchemaName<Database> =
  "public" extends SchemaNames<Database> ? "public" : SchemaNames<Database>;

/** A schema by its name; `any` where the database is, or where it is no schema. */
export type SchemaOf<Database, Name> = Name extends keyof Database
  ? Database[Name] extends GenericSchema
    ? Database[Name]
    : Anything
  : Anything;

/** The names of a schema's tables and views, as a union that an error message spells out. */
export type RelationName<Schema extends GenericSchema> =
  | Keys<Schema["Tables"]>
  | Keys<Schema["Views"]> extends infer Names
  ? Names & string
  : never;

/** The names of a schema's functions. */
export type RoutineName<Schema extends GenericSchema> =
  Keys<Schema["Functions"]> extends infer Names ? Names & string : never;

/** A table or view by its name. It is looked up, not sought among the names. */
export type RelationOf<Schema extends GenericSchema, Name> =
  IsAny<Schema> extends true
    ? Anything
    : Name extends Keys<Schema["Tables"]>
      ? Schema["Tables"][Name]
      : Name extends Keys<Schema["Views"]>
        ? Schema["Views"][Name]
        : never;

/** The schema that a client's second type parameter means: its name, or `public` where it says something else. */
export type SchemaNameOf<Database, NameOrOptions> =
  NameOrOptions extends SchemaNames<Database> ? NameOrOptions : DefaultSchemaName<Database>;

/** What a `Database` says of its server. */
export type ServerOptionsOf<Database> = Database extends { __InternalSupabase: infer Options } ? Options : {};

/** What a client's second type parameter says of the server, else the `Database`. */
export type ClientOptionsOf<Database, NameOrOptions> = NameOrOptions extends { PostgrestVersion: string }
  ? NameOrOptions
  : ServerOptionsOf<Database>;
