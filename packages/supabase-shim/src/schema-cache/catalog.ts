import type { MediaHandler } from "./media-handlers.ts";
import type { QualifiedName } from "./qualified-name.ts";
import type { RepresentationCast } from "./representations.ts";
import type { Column } from "./table.ts";
import type { ColumnPair, ComputedRelationship } from "./relationship.ts";
import type { RoleSettings } from "./role-settings.ts";
import type { Routine } from "./routine.ts";

export interface CatalogTable extends QualifiedName {
  readonly isView: boolean;
  /** See Table; where it is not said, it is false. */
  readonly plainWrites?: boolean;
  readonly columns: readonly Column[];
}

export interface CatalogForeignKey {
  readonly table: QualifiedName;
  readonly foreignTable: QualifiedName;
  readonly constraint: string;
  readonly columns: readonly ColumnPair[];
  /** The referencing columns are those of a primary key or unique constraint. */
  readonly unique: boolean;
}

/** A view's column that is a column of another relation, read off the view's rewrite rule. */
export interface CatalogViewColumn {
  readonly view: QualifiedName;
  readonly column: string;
  readonly source: QualifiedName;
  readonly sourceColumn: string;
}

export interface CatalogPrimaryKey {
  readonly table: QualifiedName;
  readonly columns: readonly string[];
}

/** A view's rule mentions a column of another relation, in whatever expression; without a column, whole rows of it. */
export interface CatalogViewUse {
  readonly view: QualifiedName;
  readonly source: QualifiedName;
  readonly sourceColumn?: string;
}

/** A partition or an inheriting table: its rows are rows of the parent too. */
export interface CatalogChild {
  readonly table: QualifiedName;
  readonly parent: QualifiedName;
}

/** A column marked as PHI. */
export interface CatalogMark {
  readonly table: QualifiedName;
  readonly column: string;
}

/** The column that leads to the patient: it has the id itself, or refers to a row of another table that leads there. */
export interface CatalogSubject extends CatalogMark {
  readonly follows?: { readonly table: QualifiedName; readonly key: string };
}

/** What a function is declared to touch, whatever it returns. */
export interface CatalogFunction {
  readonly function: QualifiedName;
  /** `schema.relation` */
  readonly relations: readonly string[];
  /** `schema.relation.column` */
  readonly columns: readonly string[];
  /** The argument that has the patient's id. */
  readonly subjectArgument?: string;
}

/** A column whose values are encrypted. */
export interface CatalogEncrypted extends CatalogMark {
  readonly key: string;
  /** The type of its values, as PostgreSQL calls it. */
  readonly type: string;
  readonly searchable: boolean;
  /** The primary key that each value is bound to, in its order. */
  readonly rowKey: readonly string[];
}

/**
 * What introspection read, as plain data: it can be written to a file and read back,
 * and {@link deriveSchemaCache} turns it into the indexes that planning uses.
 */
export interface Catalog {
  readonly exposedSchemas: readonly string[];
  /** The session's own search path, as schema names that exist. */
  readonly searchPath: readonly string[];
  /** Whether the connection may set each of the roles that Supabase's keys stand for. */
  readonly settableRoles: Readonly<Record<string, boolean>>;
  readonly roleSettings: RoleSettings;
  readonly tables: readonly CatalogTable[];
  /** Of the exposed relations, and of those that views show. */
  readonly primaryKeys: readonly CatalogPrimaryKey[];
  readonly foreignKeys: readonly CatalogForeignKey[];
  readonly viewColumns: readonly CatalogViewColumn[];
  readonly routines: readonly Routine[];
  readonly computedRelationships: readonly ComputedRelationship[];
  readonly representations: readonly RepresentationCast[];
  readonly mediaHandlers: readonly MediaHandler[];
  /** Undefined when the database has no encrypted columns. */
  readonly encrypted?: readonly CatalogEncrypted[];
  /** How values travel beyond columns that are shown unchanged. Read only where columns are marked: as PHI, or as encrypted. */
  readonly lineage?: {
    readonly viewUses: readonly CatalogViewUse[];
    readonly children: readonly CatalogChild[];
  };
  /** Undefined when the database has no audit schema. */
  readonly phi?: {
    readonly columns: readonly CatalogMark[];
    readonly subjects: readonly CatalogSubject[];
    readonly functions: readonly CatalogFunction[];
  };
}
