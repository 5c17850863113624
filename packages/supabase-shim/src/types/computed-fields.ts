import type { Keys } from "./keys.ts";
import type { RelationOf, GenericSchema } from "./database.ts";

/**
 * The names of a relation's computed fields: functions that take its row. Generated rows list them, and `*` leaves
 * them out. Newer generated types name them in `ComputedFields`, in older ones they are functions of one argument with
 * the row's columns.
 */
export type ComputedFields<Schema extends GenericSchema, Name, Row> =
  RelationOf<Schema, Name> extends { ComputedFields?: infer Declared extends string }
    ? "ComputedFields" extends keyof RelationOf<Schema, Name>
      ? Declared
      : Inferred<Schema["Functions"], Row>
    : Inferred<Schema["Functions"], Row>;

/** Few columns have a function of their name, so nearly always nothing is left to look at. */
type Inferred<Functions, Row> = Keys<Row> & Keys<Functions> extends infer Shared
  ? [Shared] extends [never]
    ? never
    : {
        [Name in Shared & keyof Functions]: TakesRow<Functions[Name], Row> extends true ? Name : never;
      }[Shared & keyof Functions]
  : never;

type TakesRow<Routine, Row> = true extends (
  Routine extends { Args: infer Args } ? IsSameKeys<SoleArgument<Args>, Row> : false
)
  ? true
  : false;

type SoleArgument<Args> = [Args] extends [never] ? never : {} extends Args ? never : SoleOf<Args, keyof Args>;

type SoleOf<Args, Name extends keyof Args> = Name extends unknown
  ? [keyof Args] extends [Name]
    ? Args[Name]
    : never
  : never;

type IsSameKeys<One, Other> = [One] extends [never]
  ? false
  : [keyof One, keyof Other] extends [keyof Other, keyof One]
    ? true
    : false;
