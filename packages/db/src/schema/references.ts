/** A column that is referred to, by its names in the database. */
interface ReferredColumn {
  readonly _: { readonly name: string; readonly tableName: string };
}

/** What is used of a Drizzle column builder, so that Drizzle is not needed for its type. */
interface ReferringBuilder {
  references(target: () => never, actions?: ReferenceActions): unknown;
  unique(): unknown;
}

/** What PostgreSQL does to the referring row. */
type ReferenceAction = "cascade" | "restrict" | "no action" | "set null" | "set default";

interface ReferenceActions {
  readonly onUpdate?: ReferenceAction;
  readonly onDelete?: ReferenceAction;
}

/**
 * What happens when the referred row goes or changes, and how many rows may refer to it.
 *
 * @example
 * import type { ReferenceOptions } from "@offramp/db";
 *
 * const options: ReferenceOptions = { onDelete: "cascade", unique: true };
 * console.log(options);
 */
export interface ReferenceOptions extends ReferenceActions {
  /** One row at most refers to each: adds a unique constraint, as `.unique()` does. */
  readonly unique?: boolean;
}

/**
 * A column that refers to another table, with the reference in its type. Types that are derived from the schema, such
 * as `DatabaseOf` of `@offramp/supabase-shim`, see it there.
 *
 * @example
 * import type { Referring } from "@offramp/db";
 *
 * export type Told = Referring<{ _: { name: "user_id" } }, { _: { name: "id"; tableName: "profiles" } }, {}>;
 */
export type Referring<Builder, Column extends ReferredColumn, Options> = Builder & {
  readonly _: {
    readonly references: {
      readonly table: Column["_"]["tableName"];
      readonly column: Column["_"]["name"];
      readonly unique: Options extends { readonly unique: true } ? true : false;
    };
  };
};

/**
 * A foreign key of one column: `.references(target, options)`, which in Drizzle leaves no trace in the column's type.
 * Marked with this, an embed such as `profiles(full_name)` is typed from the schema alone. Call it last of the methods
 * that take a column apart, such as `notNull()`.
 *
 * @example
 * import { references } from "@offramp/db";
 * import { profiles } from "@offramp/db/schema";
 * import { pgTable, text, uuid } from "drizzle-orm/pg-core";
 *
 * const notes = pgTable("notes", {
 *   id: uuid("id").primaryKey(),
 *   patientId: references(uuid("patient_id").notNull(), () => profiles.id, { onDelete: "cascade" }),
 *   text: text("text"),
 * });
 * console.log(notes.patientId.name);
 */
export function references<
  Builder extends ReferringBuilder,
  Column extends ReferredColumn,
  const Options extends ReferenceOptions = {},
>(column: Builder, target: () => Column, options?: Options): Referring<Builder, Column, Options> {
  const { unique = false, ...actions }: ReferenceOptions = options ?? {};
  // Drizzle asks for its own column, which the target is.
  column.references(target as () => never, actions);
  if (unique) column.unique();
  return column as Referring<Builder, Column, Options>;
}
