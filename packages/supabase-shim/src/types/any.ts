/**
 * What is not known without a `Database` type. supabase-js's rows are `any` then, and applications rely on it: they
 * read fields and pass rows on.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- see above; the other files of this room take it from here.
export type Anything = any;

/** True for `any` alone. */
export type IsAny<T> = 0 extends 1 & T ? true : false;
