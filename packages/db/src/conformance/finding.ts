import type { ObjectName, PropertyValue } from "../catalog/catalog.ts";

/**
 * How much a finding matters: `error` (the application or its protection behaves otherwise), `warning` (it works, but is
 * not as it was made), `note`.
 *
 * @example
 * import type { Severity } from "@offramp/db/conformance";
 *
 * const fails = (severity: Severity): boolean => severity === "error";
 * console.log(fails("note"));
 */
export type Severity = "error" | "warning" | "note";

/**
 * One difference between the database and what it should be.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, type Finding } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * const { findings } = await checkConformance(connect(), schema);
 * const harmless = findings.filter(({ destroysData }: Finding) => !destroysData);
 * for (const { label, sql } of harmless) console.log(label, sql);
 */
export interface Finding {
  readonly severity: Severity;
  readonly problem: "missing" | "unexpected" | "different";
  readonly object: ObjectName;
  /** The object as people read it: `column public.profiles.email`. */
  readonly label: string;
  /** Of a difference: what differs, such as `nullable`. */
  readonly property?: string;
  /** Absent where the object is unexpected. */
  readonly expected?: PropertyValue;
  /** Absent where the object is missing. */
  readonly found?: PropertyValue;
  /** Where the expectation comes from: the manifest of the migrations, or the Drizzle schema. */
  readonly source: "migrations" | "schema";
  /**
   * The statements that mend it, to be run in order. Empty where no statement does. None says `cascade`, and none waits
   * for `concurrently`: look at them before they run on a busy table.
   */
  readonly sql: readonly string[];
  /** The statements remove a table, column or value, or may round values. */
  readonly destroysData: boolean;
}
