/** A schema as the OpenAPI document shows it: what a role may use of it, or all. */
export interface SchemaDescription {
  readonly comment?: string;
  readonly relations: readonly RelationDescription[];
  readonly routines: readonly RoutineDescription[];
}

export interface RelationDescription {
  readonly name: string;
  readonly comment?: string;
  /** Rows can be added, changed or removed. */
  readonly writable: boolean;
  readonly primaryKey: readonly string[];
  readonly columns: readonly ColumnDescription[];
}

export interface ColumnDescription {
  readonly name: string;
  readonly comment?: string;
  /** As PostgreSQL prints it without its modifiers. */
  readonly type: string;
  readonly nullable: boolean;
  /** Its values are encrypted, and whether equality finds them. */
  readonly encrypted?: { readonly searchable: boolean };
  readonly defaultExpression?: string;
  readonly maxLength?: number;
  /** The values of an enum. */
  readonly values?: readonly string[];
  /** What the column's foreign key points to. */
  readonly references?: { readonly relation: string; readonly column: string };
}

export interface RoutineDescription {
  readonly name: string;
  readonly comment?: string;
  /** It changes nothing, so it can be called by GET too. */
  readonly readOnly: boolean;
  readonly parameters: readonly ParameterDescription[];
}

export interface ParameterDescription {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly variadic: boolean;
}
