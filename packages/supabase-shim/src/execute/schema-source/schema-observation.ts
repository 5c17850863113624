/** Why a catalog was read: at the first call, on NOTIFY, for a name that is not known, or because the PHI inventory changed. */
export type SchemaLoadReason = "start" | "notification" | "stale name" | "PHI inventory";

/**
 * What happens to the schema cache in the background of the calls. Nothing of it holds a value of a row.
 *
 * @example
 * ```ts
 * import { createClient, type SchemaObservation } from "@offramp/supabase-shim";
 *
 * const onSchema = (observation: SchemaObservation): void => {
 *   if (observation.kind === "schemaLoadFailed") console.error(observation.reason, observation.error.message);
 *   if (observation.kind === "schemaLoaded") console.info(`schema loaded in ${observation.durationMs} ms`);
 * };
 * const supabase = createClient("postgres://localhost/clinic", undefined, {
 *   observe: (observation) => {
 *     if (observation.kind !== "auditRecordFailed") onSchema(observation);
 *   },
 * });
 * console.log(await supabase.from("profiles").select("id"));
 * ```
 */
export type SchemaObservation =
  | {
      readonly kind: "schemaLoaded";
      readonly source: "database" | "snapshot";
      readonly reason: SchemaLoadReason;
      /** False when the catalog is what it was: plans and prepared statements are kept. */
      readonly changed: boolean;
      readonly relations: number;
      readonly durationMs: number;
    }
  /** The old cache stays in use; without one, the call fails with this error. */
  | { readonly kind: "schemaLoadFailed"; readonly reason: SchemaLoadReason; readonly error: Error }
  /** The snapshot does not fit the database, so the catalog is read from there. */
  | { readonly kind: "schemaSnapshotRefused"; readonly why: string }
  /** NOTIFY cannot be received, as behind a pooler or on a replica. Stale names still reload. */
  | { readonly kind: "schemaWatchFailed"; readonly error: Error };

/** Exceptions that are no errors would be a defect of a custom Database. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
