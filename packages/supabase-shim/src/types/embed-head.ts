import type { Unmasked } from "./compact-select.ts";

/** What stands before the parenthesis of an embed: `...alias:name!hint!inner`. */
export interface EmbedHead<
  Key extends string = string,
  Name extends string = string,
  Hint = string,
  Inner extends boolean = boolean,
  Spread extends boolean = boolean,
> {
  key: Key;
  name: Name;
  /** `never` for none. */
  hint: Hint;
  inner: Inner;
  spread: Spread;
}

/** Reads the head of an embed. */
export type ParseEmbedHead<Text extends string> = Text extends `...${infer Rest}`
  ? Rest extends `${infer Key}:${infer Name}`
    ? Marked<Unmasked<Key>, Name, true>
    : Marked<never, Rest, true>
  : Text extends `${infer Key}:${infer Name}`
    ? Marked<Unmasked<Key>, Name, false>
    : Marked<never, Text, false>;

type Marked<
  Key extends string,
  Text extends string,
  Spread extends boolean,
> = Text extends `${infer Name}!${infer Marks}`
  ? Head<Key, Unmasked<Name>, HintOf<Marks>, IsInner<Marks>, Spread>
  : Head<Key, Unmasked<Text>, never, false, Spread>;

type Head<
  Key extends string,
  Name extends string,
  Hint,
  Inner extends boolean,
  Spread extends boolean,
> = EmbedHead<[Key] extends [never] ? Name : Key, Name, Hint, Inner, Spread>;

/** Up to two marks in either order: a hint, and how to join. */
type HintOf<Marks extends string> = Marks extends `${infer First}!${infer Second}`
  ? First extends "inner" | "left"
    ? HintOf<Second>
    : Unmasked<First>
  : Marks extends "inner" | "left"
    ? never
    : Unmasked<Marks>;

type IsInner<Marks extends string> = Marks extends "inner" | `inner!${string}` | `${string}!inner`
  ? true
  : false;
