export type * from "./catalog.ts";
export { deriveSchemaCache } from "./derive-schema-cache.ts";
export { fuzzyMatches } from "./fuzzy-match.ts";
export type { PhiMarks } from "./phi-marks.ts";
export { nameKey, type QualifiedName, sameName } from "./qualified-name.ts";
export * from "./relationship.ts";
export * from "./routine.ts";
export { findTable, relationshipsFrom, type SchemaCache } from "./schema-cache.ts";
export type * from "./table.ts";
