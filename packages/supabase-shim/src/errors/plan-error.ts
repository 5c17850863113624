/** One of the relationships between which an embed could not choose. PostgREST, PGRST201 `details`. */
export interface RelationshipCandidate {
  readonly cardinality: "many-to-one" | "one-to-many" | "one-to-one" | "many-to-many";
  readonly embedding: string;
  readonly relationship: string;
  /** What the hint proposes to write: `target!constraint`. */
  readonly proposal: string;
}

/** What can be wrong once names meet the schema cache. Hints are computed where the error is raised. */
export type PlanError =
  /** PGRST105 */
  | { readonly kind: "invalidPutFilters" }
  /** PGRST106 */
  | { readonly kind: "unknownSchema"; readonly schema: string; readonly exposed: readonly string[] }
  /** PGRST107 */
  | { readonly kind: "unacceptableMedia"; readonly names: readonly string[] }
  /** PGRST108 */
  | { readonly kind: "notEmbedded"; readonly name: string }
  /** PGRST118 */
  | { readonly kind: "relatedOrderNotToOne"; readonly origin: string; readonly target: string }
  /** PGRST122 */
  | { readonly kind: "invalidPreferences"; readonly invalid: readonly string[] }
  /** PGRST123 */
  | { readonly kind: "aggregatesDisabled" }
  /** PGRST127 */
  | { readonly kind: "notImplemented"; readonly details: string }
  /** 25006: a function that may write, called by a method that only reads. */
  | { readonly kind: "readOnlyCall"; readonly routine: string }
  /** PGRST128 */
  | { readonly kind: "maxAffectedNeedsSet" }
  /** PGRST200 */
  | {
      readonly kind: "noRelationship";
      readonly origin: string;
      readonly target: string;
      readonly schema: string;
      readonly usedHint?: string;
      readonly suggestion?: string;
    }
  /** PGRST201 */
  | {
      readonly kind: "ambiguousRelationship";
      readonly origin: string;
      readonly target: string;
      readonly candidates: readonly RelationshipCandidate[];
    }
  /** PGRST202 */
  | {
      readonly kind: "unknownRoutine";
      readonly schema: string;
      readonly name: string;
      readonly argumentNames: readonly string[];
      /** The type a single unnamed parameter could have had, by the payload's content type. */
      readonly unnamedAlternative?: string;
      readonly payloadOnly: boolean;
      readonly suggestion?: string;
    }
  /** PGRST203 */
  | { readonly kind: "ambiguousRoutine"; readonly signatures: readonly string[] }
  /** PGRST204 */
  | { readonly kind: "unknownColumn"; readonly table: string; readonly column: string }
  /** PGRST205 */
  | {
      readonly kind: "unknownTable";
      readonly schema: string;
      readonly name: string;
      readonly suggestion?: string;
    }
  /** A limit of this client was exceeded, or a part of the surface is not served. OFF001. */
  | { readonly kind: "unsupported"; readonly what: string; readonly hint: string }
  /** OFF005: more than this client's options allow. */
  | { readonly kind: "limitExceeded"; readonly status: number; readonly what: string; readonly hint: string }
  /** OFF007: what cannot be done with an encrypted column. */
  | {
      readonly kind: "encryptedColumn";
      readonly column: string;
      readonly what: string;
      readonly hint: string;
    }
  /** A call past an open transaction. OFF004. */
  | { readonly kind: "outsideTransaction"; readonly what: string; readonly hint: string };
