import type { SchemaObservation } from "./schema-source/schema-observation.ts";

/**
 * A call was let through although its record could not be written: the client's option `onAuditFailure` is
 * `allow-and-alarm`. Someone must be told at once. It holds no value of a row.
 *
 * @example
 * ```ts
 * import { type AuditObservation, createClient } from "@offramp/supabase-shim";
 *
 * const alarm = ({ action, relations, error }: AuditObservation): void => {
 *   console.error(`UNRECORDED ${action} of ${relations.join(", ")}: ${error.message}`);
 * };
 * const supabase = createClient("postgres://localhost/clinic", undefined, {
 *   audit: { onAuditFailure: "allow-and-alarm" },
 *   observe: (observation) => {
 *     if (observation.kind === "auditRecordFailed") alarm(observation);
 *   },
 * });
 * console.log(await supabase.from("profiles").select("email"));
 * ```
 */
export interface AuditObservation {
  readonly kind: "auditRecordFailed";
  readonly action: "READ" | "CREATE" | "UPDATE" | "DELETE" | "EXECUTE";
  /** `schema.relation` */
  readonly relations: readonly string[];
  readonly columns: readonly string[];
  readonly actorId: string | null;
  /** Why the record could not be written. */
  readonly error: Error;
}

/**
 * What a client tells its observer: of the schema cache, and of records that could not be written.
 *
 * @example
 * ```ts
 * import { type ClientObservation, createClient } from "@offramp/supabase-shim";
 *
 * const observe = (observation: ClientObservation): void => console.info(observation.kind);
 * console.log(await createClient("postgres://localhost/clinic", undefined, { observe }).from("profiles").select("id"));
 * ```
 */
export type ClientObservation = SchemaObservation | AuditObservation;

export type Observe = (observation: ClientObservation) => void;

/** An exception of the observer is its owner's to see, and no call's to fail with: it is thrown outside of any. */
export function toldLater(observe: Observe | undefined): Observe {
  return (observation) => {
    if (observe !== undefined) queueMicrotask(() => observe(observation));
  };
}
