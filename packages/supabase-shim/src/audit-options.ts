/**
 * How calls that touch PHI are recorded. The defaults fail closed: what cannot be recorded is not answered.
 *
 * @example
 * ```ts
 * import { type AuditOptions, createClient } from "@offramp/supabase-shim";
 *
 * const audit: AuditOptions = { requireActor: true, granularity: "subject" };
 * console.log(await createClient("postgres://localhost/clinic", undefined, { audit }).from("profiles").select("id"));
 * ```
 */
export interface AuditOptions {
  /** Refuses a call that touches PHI when no actor is known: `OFF006`, and a record of the refusal. Default false. */
  readonly requireActor?: boolean;
  /**
   * `call`, the default, leaves one record for a call, with the keys and patients of all its rows. `subject` leaves one
   * for each patient in it, as IHE BALP has its AuditEvents; they share the number of the call.
   */
  readonly granularity?: "call" | "subject";
  /**
   * What happens when neither the call's record nor that of its failure can be written. `refuse`, the default, answers
   * with an error. `allow-and-alarm` runs the call without a record, tells `observe` (`auditRecordFailed`), which must be
   * given, and has the next record say the numbers of the calls that have none. A transaction is always refused.
   */
  readonly onAuditFailure?: "refuse" | "allow-and-alarm";
}

/** The option as the pipeline has it. */
export interface AuditLimits {
  readonly audit: boolean;
  readonly auditGranularity: "call" | "subject";
  readonly requireActor: boolean;
  readonly allowUnrecorded: boolean;
}

/** @throws {TypeError} an option is not one of these, or an alarm that no one would hear. */
export function auditLimits(given: boolean | AuditOptions | undefined, observed: boolean): AuditLimits {
  const options = typeof given === "object" ? given : {};
  const { requireActor = false, granularity = "call", onAuditFailure = "refuse" } = options;
  if (!["call", "subject"].includes(granularity)) {
    throw new TypeError('audit.granularity: use "call" or "subject".');
  }
  if (!["refuse", "allow-and-alarm"].includes(onAuditFailure)) {
    throw new TypeError('audit.onAuditFailure: use "refuse" or "allow-and-alarm".');
  }
  if (typeof requireActor !== "boolean") throw new TypeError("audit.requireActor: use true or false.");
  if (onAuditFailure === "allow-and-alarm" && !observed) {
    throw new TypeError(
      'audit.onAuditFailure: "allow-and-alarm" needs the option observe, or no one hears the alarm.',
    );
  }
  return {
    audit: given !== false,
    auditGranularity: granularity,
    requireActor,
    allowUnrecorded: onAuditFailure === "allow-and-alarm",
  };
}
