/**
 * The keys of a type. The compiler makes the list of `keyof` anew wherever it stands, all tables of a schema each time;
 * what a conditional type gave, it remembers.
 */
export type Keys<T> = [T] extends [unknown] ? keyof T : never;
