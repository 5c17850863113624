/** A JSON payload as text, with what the planner must know of it. */
export interface JsonPayload {
  readonly kind: "json";
  readonly text: string;
  readonly shape: "object" | "array";
  /** The object's keys, or the keys of the array's objects in first-seen order. */
  readonly keys: readonly string[];
  /**
   * The object's values in the order of its keys, as PostgreSQL reads them from text. Absent where one is a list or an
   * object, which only JSON tells apart, and where the values were not looked at.
   */
  readonly scalars?: readonly (string | null)[];
  /** The rows were not looked into: they may have keys beside these, which are not written. */
  readonly unread?: true;
  /** The rows were sent as CSV: they have names, and are no JSON that a routine's unnamed parameter could take. */
  readonly tabular?: true;
}

/** Named arguments of a routine that were given one by one (a GET, or a form body). Values are text. */
export interface NamedArguments {
  readonly kind: "named";
  readonly pairs: readonly (readonly [name: string, value: string])[];
}

/** A payload for a routine's single unnamed parameter. */
export interface RawPayload {
  readonly kind: "raw";
  readonly contentType: "text" | "xml" | "octet-stream";
  readonly bytes: Uint8Array;
}

export type CallPayload = JsonPayload | NamedArguments | RawPayload;
