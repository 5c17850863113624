/** The relation whose columns a part of a select string, or a filter, names. */
export interface Place<Name = unknown, Row = unknown, Relationships = unknown> {
  name: Name;
  row: Row;
  relationships: Relationships;
}
