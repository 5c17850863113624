import type { Anything, IsAny } from "./any.ts";
import type { GenericSchema, RelationName, RelationOf } from "./database.ts";
import type { SelectQueryError } from "./select-error.ts";

/** What a call of a function gives: the rows that can be filtered, the result, and what can be embedded. */
export interface RoutineResult<Row = unknown, Result = unknown, Name = unknown, Relationships = unknown> {
  row: Row;
  result: Result;
  name: Name;
  relationships: Relationships;
}

/** The arguments that a function takes, of any of its overloads. */
export type RoutineArguments<Schema extends GenericSchema, Name> =
  IsAny<Schema> extends true ? Anything : ArgumentsOf<RoutinesOf<Schema, Name>>;

/** The overloads of a function. */
type RoutinesOf<Schema extends GenericSchema, Name> =
  Schema["Functions"] extends Record<Name & string, infer Routines> ? Routines : never;

/** One overload after the other: taken together, arguments that include another's would vanish. */
type ArgumentsOf<Routines> = Routines extends { Args: infer Args }
  ? [Args] extends [never]
    ? Record<PropertyKey, never>
    : Args
  : never;

/** The arguments without keys that no overload has. */
export type ExactArguments<Accepted, Given> =
  IsAny<Accepted> extends true
    ? Accepted
    : [Exclude<keyof Given, KeysOf<Accepted>>] extends [never]
      ? Given
      : Accepted & {
          [Key in Exclude<keyof Given, KeysOf<Accepted>> & string]?: `there is no argument '${Key}'`;
        };

type KeysOf<Union> = Union extends unknown ? keyof Union : never;

/** The result of a function by the overload that takes the arguments, `never` for none. */
export type RoutineOf<Schema extends GenericSchema, Name, Args> =
  IsAny<Schema> extends true
    ? RoutineResult<Anything, Anything, Name, null>
    : Overload<RoutinesOf<Schema, Name>, Args> extends infer Routine
      ? Routine extends { Returns: infer Returns; SetofOptions: infer Options }
        ? Options extends { to: infer Target }
          ? OfRelation<Schema, Target, Options, Returns>
          : Plain<Name, Returns>
        : Routine extends { Returns: infer Returns }
          ? Plain<Name, Returns>
          : never
      : never;

type OfRelation<Schema extends GenericSchema, Target, Options, Returns> =
  Target extends RelationName<Schema>
    ? RelationOf<Schema, Target> extends { Row: infer Row; Relationships: infer Relationships }
      ? RoutineResult<Row, Rows<Options, Returns>, Target, Relationships>
      : never
    : RoutineResult<
        [RowOf<Returns>] extends [never] ? OtherSchema<Target> : RowOf<Returns>,
        Rows<Options, Returns>,
        Target,
        null
      >;

/** One row of a set is typed as the row itself. */
type Rows<Options, Returns> = Options extends { isSetofReturn: true; isOneToOne: true } ? Returns[] : Returns;

type Plain<Name, Returns> = RoutineResult<RowOf<Returns>, Returns, Name, null>;

type RowOf<Returns> = Returns extends readonly (infer Row)[]
  ? Row extends Record<string, unknown>
    ? Row
    : never
  : Returns extends Record<string, unknown>
    ? Returns
    : never;

type OtherSchema<Target> =
  SelectQueryError<`'${Target & string}' is a relation of another schema, whose rows are not typed here: use overrideTypes`>;

/** An overload fits when it has every argument that is given, each of its type; of several the last in the list. */
type Overload<Routines, Args> = [Args] extends [never]
  ? WithoutArguments<Routines>
  : LastOf<
        Routines extends { Args: infer Accepted } ? Fitting<Routines, Accepted, Args> : never
      > extends infer Found
    ? [Found] extends [never]
      ? LastOf<Routines>
      : Found
    : never;

type Fitting<Routine, Accepted, Args> = [Accepted] extends [never]
  ? keyof Args extends never
    ? Routine
    : never
  : keyof Args extends keyof Accepted
    ? Args extends Accepted
      ? Routine
      : never
    : never;

type WithoutArguments<Routines> =
  LastOf<
    Routines extends { Args: infer Accepted }
      ? {} extends Accepted
        ? Routines
        : [Accepted] extends [never]
          ? Routines
          : never
      : never
  > extends infer Found
    ? [Found] extends [never]
      ? LastOf<Routines>
      : Found
    : never;

/** Of the call signatures of an intersection, inference takes the last. */
type LastOf<Union> = (Union extends unknown ? (member: () => Union) => void : never) extends (
  member: infer Members,
) => void
  ? Members extends () => infer Last
    ? Last
    : never
  : never;
