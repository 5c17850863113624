import type { Aggregate, AggregateName } from "./aggregate.ts";
import type { CastType } from "./cast.ts";
import type { Unmasked } from "./compact-select.ts";
import type { JsonPathName, JsonPathType } from "./json-path.ts";
import type { Keys } from "./keys.ts";
import type { Place } from "./place.ts";
import type { GenericSelect, SelectQueryError } from "./select-error.ts";
import type { Selection } from "./selection.ts";

/**
 * Reads an item that is no embed and no plain column: `alias:column->path::type.aggregate()::type`, where every part
 * but the column may be missing.
 */
export type SelectField<
  Schema,
  At extends Place,
  Item extends string,
> = Item extends `${infer Key}:${infer Rest}`
  ? Rest extends `:${string}`
    ? Expression<Schema, At, Item, never>
    : Expression<Schema, At, Rest, Unmasked<Key>>
  : Expression<Schema, At, Item, never>;

/** `count()` alone counts rows, and so does `count` where no column is called so. */
type Expression<
  Schema,
  At extends Place,
  Item extends string,
  Key extends string,
> = Item extends `${infer Operand}()${infer Cast}`
  ? Operand extends "count"
    ? Aggregated<Or<Key, "count">, CastTo<Schema, Cast, number>, never>
    : Operand extends `${infer Column}.${infer Name}`
      ? Name extends AggregateName
        ? ColumnOf<Schema, At, Column, never> extends infer Value
          ? Value extends Selected<string, infer Type>
            ? AggregateOf<Schema, Or<Key, Name>, Name, Type, Cast>
            : Value
          : never
        : SelectQueryError<`'${Name}' is no aggregate: there are count, sum, avg, min and max`>
      : SelectQueryError<`'${Operand}()' is no aggregate of a column`>
  : Item extends CountWithoutColumn<At>
    ? Aggregated<Or<Key, "count">, number, never>
    : ColumnOf<Schema, At, Item, Key> extends infer Value
      ? Value extends Selected<infer Name, infer Type>
        ? Selection<never, { [N in Name]: Type }, unknown, never>
        : Value
      : never;

type Or<Key, Otherwise> = [Key] extends [never] ? Otherwise : Key;

type AggregateOf<
  Schema,
  Key extends string,
  Name extends AggregateName,
  Type,
  Cast extends string,
> = Name extends "count"
  ? Aggregated<Key, CastTo<Schema, Cast, number>, never>
  : Aggregated<Key, CastTo<Schema, Cast, Type>, null>;

type Aggregated<Key, Type, Empty> = Selection<
  never,
  unknown,
  { [K in Key & string]: Aggregate<Type, Empty> },
  never
>;

/** What a column, with its path and cast, is called and what it is. */
interface Selected<Name extends string, Type> {
  name: Name;
  type: Type;
}

type ColumnOf<
  Schema,
  At extends Place,
  Item extends string,
  Key extends string,
> = Item extends `${infer Source}::${infer Cast}`
  ? ColumnOf<Schema, At, Source, Key> extends infer Value
    ? Value extends Selected<infer Name, infer Type>
      ? Selected<Name, CastTo<Schema, `::${Cast}`, Type>>
      : Value
    : never
  : Item extends `${infer Name}->${infer Path}`
    ? Unmasked<Name> extends Keys<At["row"]>
      ? Selected<
          Or<Key, Unmasked<JsonPathName<Unmasked<Name>, Path>>> & string,
          JsonPathType<At["row"][Unmasked<Name>], Unmasked<Path>>
        >
      : NoColumn<At, Unmasked<Name>>
    : Unmasked<Item> extends Keys<At["row"]>
      ? Selected<Or<Key, Unmasked<Item>> & string, At["row"][Unmasked<Item>]>
      : NoColumn<At, Unmasked<Item>>;

type CountWithoutColumn<At extends Place> = "count" extends Keys<At["row"]> ? never : "count";

/** A null stays null, whatever it is cast to. */
type CastTo<Schema, Cast extends string, Type> = Cast extends `::${infer Name}`
  ? CastType<Schema, Name> | (null extends Type ? null : never)
  : Type;

/** A text that is only known at run time could be any column. */
type NoColumn<At extends Place, Name extends string> =
  {} extends Record<Name, 1>
    ? GenericSelect
    : SelectQueryError<`column '${Name}' does not exist on '${At["name"] & string}'`>;
