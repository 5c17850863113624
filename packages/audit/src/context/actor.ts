import { isPurposeOfUse, type PurposeOfUse } from "./purpose-of-use.ts";

/**
 * Who touches the data, and from where. The application says so; the database cannot check it.
 *
 * @example
 * ```ts
 * import type { Actor } from "@offramp/audit";
 *
 * export const actor: Actor = { id: "u-17", role: "clinician", purposeOfUse: "TREAT", ip: "192.0.2.7", requestId: "r-1" };
 * ```
 */
export interface Actor {
  /** The user's id in the application. Never empty. */
  readonly id: string;
  /** The user's role in the application, such as `clinician`. Not a database role. */
  readonly role?: string | undefined;
  /**
   * Why the data is used: a code of HL7's v3-PurposeOfUse, such as `TREAT`; another text is refused, because a typing
   * error would be found years later. `{ text }` says plain words on purpose.
   */
  readonly purposeOfUse?: PurposeOfUse | { readonly text: string } | undefined;
  /**
   * The actor overrides the usual limits because of an emergency. True by itself with the purpose `BTG` (break the
   * glass), which it also is when no purpose is said.
   */
  readonly breakGlass?: boolean | undefined;
  /** The id of the user for whom `id` acts, when they differ. */
  readonly onBehalfOf?: string | undefined;
  /** The address of the user. Text that is no IP address is kept in the record's details. */
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Ties the record to the request in the application's own logs. */
  readonly requestId?: string | undefined;
  /** The application's name. When absent, the connection's `application_name` is recorded. */
  readonly application?: string | undefined;
}

/**
 * An actor as the trail has it: checked, frozen, and with its purpose of use as text.
 *
 * @example
 * ```ts
 * import { type CheckedActor, currentActor } from "@offramp/audit";
 *
 * const actor: CheckedActor | undefined = currentActor();
 * console.log(actor?.purposeOfUse ?? "no purpose");
 * ```
 */
export interface CheckedActor extends Omit<Actor, "purposeOfUse"> {
  readonly purposeOfUse?: string | undefined;
}

const optionalFields = [
  "role",
  "onBehalfOf",
  "ip",
  "userAgent",
  "requestId",
  "application",
] as const satisfies readonly (keyof Actor)[];

/**
 * PostgreSQL's JSON takes neither the NUL character nor half of a surrogate pair. Both can arrive in a request's
 * headers, and must not make the record, and with it the read, fail.
 */
function storable(text: string): string {
  // Most texts have neither, which one look tells.
  return /[\0\uD800-\uDFFF]/.test(text) ? text.replace(/\0|\p{Surrogate}/gu, "\u{FFFD}") : text;
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return value === "" ? "an empty string" : `of type ${typeof value}`;
}

/**
 * A frozen copy that holds the fields of {@link Actor} and nothing else, so that what else the
 * application keeps on its user object never reaches the trail.
 *
 * @throws {TypeError} the id is missing, a field is not a string, or the purpose of use is no code.
 */
export function checkedActor(actor: Actor): CheckedActor {
  const given: unknown = actor;
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`withActor: the actor must be an object with an id; it is ${describe(given)}`);
  }
  const { id } = actor as { readonly id?: unknown };
  if (id === undefined) {
    throw new TypeError("withActor: the actor has no id; pass the user's id in the application as a string");
  }
  if (typeof id !== "string" || id.trim() === "") {
    throw new TypeError(
      `withActor: the actor's id must be a string that is not empty; it is ${describe(id)}`,
    );
  }
  const copy: { -readonly [Field in keyof CheckedActor]: CheckedActor[Field] } = { id: storable(id) };
  for (const field of optionalFields) {
    const value: unknown = actor[field];
    if (value === undefined) continue;
    if (typeof value !== "string") {
      throw new TypeError(`withActor: the actor's ${field} must be a string; it is ${describe(value)}`);
    }
    copy[field] = storable(value);
  }
  const purpose = checkedPurpose(actor);
  if (purpose !== undefined) copy.purposeOfUse = purpose;
  if (breaksGlass(actor)) copy.breakGlass = true;
  return Object.freeze(copy);
}

function checkedPurpose(actor: Actor): string | undefined {
  const purpose: unknown = actor.purposeOfUse;
  if (purpose === undefined) return actor.breakGlass === true ? "BTG" : undefined;
  if (typeof purpose === "object" && purpose !== null && "text" in purpose) {
    const { text } = purpose;
    if (typeof text === "string" && text.trim() !== "") return storable(text);
  }
  if (typeof purpose !== "string" || !isPurposeOfUse(purpose)) {
    throw new TypeError(
      "withActor: the actor's purposeOfUse must be a code of HL7's v3-PurposeOfUse, such as TREAT, HPAYMT or HOPERAT, " +
        "or { text } for plain words",
    );
  }
  return purpose;
}

function breaksGlass({ breakGlass, purposeOfUse }: Actor): boolean {
  const given: unknown = breakGlass;
  if (given !== undefined && typeof given !== "boolean") {
    throw new TypeError(`withActor: the actor's breakGlass must be true or false; it is ${describe(given)}`);
  }
  if (breakGlass === false && purposeOfUse === "BTG") {
    throw new TypeError("withActor: the purpose BTG is breaking the glass; leave breakGlass out");
  }
  return breakGlass ?? purposeOfUse === "BTG";
}
