import type { ApiRequest, Operands } from "../request/index.ts";
import type { SchemaCache } from "../schema-cache/index.ts";

/** What this client or server allows. */
export interface PlanLimits {
  readonly aggregatesEnabled: boolean;
  /** Record PHI access when the database has an audit schema. */
  readonly audit: boolean;
  /** One record for each call, the default, or one for each patient in it. */
  readonly auditGranularity?: "call" | "subject";
  /** Select bigint columns as text, so that no JSON number rounds them. */
  readonly exactBigints?: boolean;
  /** False refuses `explain`, which tells of the database's inner life. */
  readonly explain?: boolean;
  /** Calls are rolled back unless they ask for a commit. */
  readonly rollsBack?: boolean;
  /** How many rows a read or call returns at most, of each relation in it. */
  readonly maxRows?: number;
  /** How deep embeds may nest; undefined is any depth. */
  readonly maxEmbedDepth?: number;
  /** How many bytes of JSON a payload may have; undefined is any number. */
  readonly maxPayloadBytes?: number;
}

/** What every pass of one planning run shares. */
export interface PlanContext {
  readonly request: ApiRequest;
  readonly operands: Operands;
  readonly cache: SchemaCache;
  readonly limits: PlanLimits;
  /** The request's schema, checked to be exposed. */
  readonly schema: string;
}
