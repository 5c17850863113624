/** PostgreSQL's error fields, as its protocol names them. */
export interface PostgresErrorFields {
  /** SQLSTATE */
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

/** What can go wrong while a plan runs. */
export type ExecuteError =
  /** PostgreSQL refused. `anonymous`: the call carried no token, which turns 42501 into 401. */
  | { readonly kind: "postgres"; readonly fields: PostgresErrorFields; readonly anonymous: boolean }
  /** The database could not be reached. PGRST000 to PGRST003. */
  | { readonly kind: "connection"; readonly problem: string; readonly message: string }
  /** PGRST116: `single()` and another number of rows than one. The transaction was rolled back. */
  | { readonly kind: "singularity"; readonly rows: number }
  /** PGRST124: more rows affected than allowed. The transaction was rolled back. */
  | { readonly kind: "maxAffected"; readonly rows: number }
  /** PGRST115: PUT with other key values in its body than in its filters. The transaction was rolled back. */
  | { readonly kind: "keyMismatch" }
  /** PGRST111: what the database put into `response.headers` is no list of headers. */
  | { readonly kind: "responseHeaders" }
  /** PGRST112: what the database put into `response.status` is no status. */
  | { readonly kind: "responseStatus" }
  /** PGRST103: the offset lies beyond the counted rows. */
  | { readonly kind: "offsetBeyondTotal"; readonly offset: number; readonly total: number }
  /** The caller's AbortSignal fired, or the client's timeout passed. `sent: false`: before the database saw the statement. */
  | { readonly kind: "aborted"; readonly reason: "signal" | "timeout"; readonly sent?: false }
  /** OFF006: the call touches PHI, no actor is known, and the client's options demand one. It was not run. */
  | { readonly kind: "actorRequired"; readonly relations: readonly string[] }
  /**
   * OFF008: an encrypted value could not be written or read. `sqlstate`: it is no value of its type, and PostgreSQL's
   * code for that is shown. `written`: the statement had done its work when its answer could not be decrypted.
   */
  | {
      readonly kind: "encryption";
      readonly message: string;
      readonly hint?: string;
      readonly sqlstate?: string;
      readonly written?: boolean;
    }
  /** OFF004: a call of an outer transaction client inside a savepoint. */
  | { readonly kind: "outerTransaction" }
  /** Something that should not happen: a defect of ours or of a custom Database. */
  | { readonly kind: "internal"; readonly message: string };
