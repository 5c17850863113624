import type { MediaHandlers } from "./media-handlers.ts";
import type { PhiMarks } from "./phi-marks.ts";
import type { NameSuggestions } from "./name-suggestions.ts";
import { nameKey, type QualifiedName } from "./qualified-name.ts";
import type { Relationship } from "./relationship.ts";
import type { RoleSettings } from "./role-settings.ts";
import type { Routine } from "./routine.ts";
import type { Table } from "./table.ts";

/** What is known of the database, indexed for planning. Immutable: a reload makes a new one. */
export interface SchemaCache {
  readonly exposedSchemas: readonly string[];
  readonly searchPath: readonly string[];
  /** Whether the connection may set each of the roles that Supabase's keys stand for. */
  readonly settableRoles: Readonly<Record<string, boolean>>;
  readonly roleSettings: RoleSettings;
  /** By {@link nameKey}; exposed schemas only. */
  readonly tables: ReadonlyMap<string, Table>;
  /** By the {@link nameKey} of the relation they start from. */
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>;
  /** The names of the relations with a relationship into a schema: by schema, and by {@link nameKey}. */
  readonly relatedInto: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By {@link nameKey}; more than one when overloaded. */
  readonly routines: ReadonlyMap<string, readonly Routine[]>;
  readonly tableNames: NameSuggestions;
  readonly mediaHandlers: MediaHandlers;
  readonly phi: PhiMarks;
  /** Whether any column of the database is encrypted. */
  readonly encrypts: boolean;
}

export function findTable(cache: SchemaCache, name: QualifiedName): Table | undefined {
  return cache.tables.get(nameKey(name));
}

/** The relationships of a relation to relations of one schema. */
export function relationshipsFrom(cache: SchemaCache, name: QualifiedName): readonly Relationship[] {
  return cache.relationships.get(nameKey(name)) ?? [];
}
