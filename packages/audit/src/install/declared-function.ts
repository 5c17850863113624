/**
 * What a function of the database touches, where its result does not tell it. Without a declaration, every call of a
 * function that returns or takes rows of a table with PHI is recorded.
 *
 * @example
 * ```ts
 * import { type DeclaredFunction, phiMarksMigration } from "@offramp/audit";
 * import * as schema from "@offramp/db/schema";
 *
 * const functions: readonly DeclaredFunction[] = [
 *   {
 *     name: "patient_summary",
 *     relations: ["public.profiles", "public.metabolic_tests"],
 *     columns: ["public.profiles.full_name", "public.metabolic_tests.vo2_max"],
 *     subjectArgument: "patient",
 *   },
 *   // Returns rows of profiles, but none of a patient: no record.
 *   { name: "staff_directory", relations: [] },
 * ];
 * console.log(phiMarksMigration(schema, { functions }).name);
 * ```
 */
export interface DeclaredFunction {
  /** Default `public`. */
  readonly schema?: string;
  /** All overloads of this name. */
  readonly name: string;
  /** As `schema.relation`; none says that its calls need no record. */
  readonly relations: readonly string[];
  /** The PHI columns, as `schema.relation.column`. */
  readonly columns?: readonly string[];
  /** The argument that has the patient's id, where no row tells it. */
  readonly subjectArgument?: string;
}
