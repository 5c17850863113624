/** The name that `column->a->>b` has in the result: its last key that is no index. */
export type JsonPathName<
  Column extends string,
  Path extends string,
> = Path extends `${infer Step}->${infer Rest}`
  ? JsonPathName<IsIndex<Bare<Step>> extends true ? Column : Bare<Step>, Rest>
  : IsIndex<Bare<Path>> extends true
    ? Column
    : Bare<Path>;

/**
 * What a JSON path leads to, from the type of the column: `null` where a step may not be there. `->>` gives a text,
 * and that of a union of texts stays the union.
 */
export type JsonPathType<Value, Path extends string> = Path extends `${infer Step}->${infer Rest}`
  ? JsonPathType<JsonStep<Value, Bare<Step>>, Rest>
  : Path extends `>${infer Key}`
    ? TextOf<JsonStep<Value, Key>>
    : JsonStep<Value, Path>;

/** A step after `->>` still has the second arrow head. */
type Bare<Step extends string> = Step extends `>${infer Key}` ? Key : Step;

type IsIndex<Key extends string> = Key extends `${number}` ? true : false;

/** One step into a value; a union distributes. What is no object and no list has nothing inside. */
type JsonStep<Value, Key extends string> =
  IsOpen<Value> extends true
    ? Value
    : Value extends readonly (infer Element)[]
      ? Key extends keyof Value
        ? Present<Value[Key]>
        : IsIndex<Key> extends true
          ? Present<Element> | null
          : null
      : Value extends object
        ? Key extends keyof Value
          ? Present<Value[Key]>
          : null
        : null;

/** `any`, `unknown`, and the type of any JSON whatever. */
type IsOpen<Value> = unknown extends Value
  ? true
  : [string | number | boolean] extends [Value]
    ? true
    : false;

/** A key that may be left out reads as null. */
type Present<Value> = undefined extends Value ? Exclude<Value, undefined> | null : Value;

type TextOf<Value> =
  IsOpen<Value> extends true ? string | null : Value extends string | null ? Value : string;
