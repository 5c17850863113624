import type { ComputedFields } from "./computed-fields.ts";
import type { GenericSchema } from "./database.ts";

/** The row of `*`, which leaves computed fields out. */
export type StarRow<Schema extends GenericSchema, Name, Row> =
  ComputedFields<Schema, Name, Row> extends infer Computed
    ? [Computed] extends [never]
      ? Row
      : { [Column in Exclude<keyof Row, Computed>]: Row[Column] }
    : never;
