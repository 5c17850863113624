/** What a builder knows of the columns that its filters and orders may name. */
export interface Scope<
  Schema = unknown,
  Row = unknown,
  Name = unknown,
  Relationships = unknown,
  Query = unknown,
> {
  schema: Schema;
  row: Row;
  name: Name;
  relationships: Relationships;
  /** The select string, in which embeds have their aliases. */
  query: Query;
}
