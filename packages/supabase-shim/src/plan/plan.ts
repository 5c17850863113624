import type { CountKind, ExactIntegers, MediaType } from "../request/index.ts";
import type { QualifiedName, RoutineParameter } from "../schema-cache/index.ts";
import type { Condition } from "./condition.ts";
import type { Param } from "./param.ts";
import type { PlanEncryption } from "./plan-encryption.ts";
import type { NodeTrace, ReadNode } from "./read-node.ts";

/** The form of the body that PostgreSQL builds. */
export type ResponseForm =
  | { readonly kind: "none" }
  | { readonly kind: "rows"; readonly stripNulls: boolean }
  | { readonly kind: "row"; readonly stripNulls: boolean }
  | { readonly kind: "csv" }
  | { readonly kind: "geojson" }
  /** The team's own aggregate over the rows, or over one relation's rows as its type. */
  | {
      readonly kind: "aggregate";
      readonly aggregate: QualifiedName;
      readonly rowType?: QualifiedName;
      readonly bytes: boolean;
    }
  /** The one value that a function returns, as it is. */
  | { readonly kind: "value"; readonly bytes: boolean };

/** `explain()` instead of running for rows. */
export interface ExplainOptions {
  readonly format: "text" | "json";
  readonly options: readonly ("analyze" | "verbose" | "settings" | "buffers" | "wal")[];
}

/** What the trail's record says of a call before any row is known. */
export interface AuditPlan {
  readonly action: "READ" | "CREATE" | "UPDATE" | "DELETE" | "EXECUTE";
  /** `schema.relation` */
  readonly relations: readonly string[];
  /** `schema.relation.column` */
  readonly columns: readonly string[];
  /** `schema.relation.column operator`, never with a value. */
  readonly filters: readonly string[];
  /** One record for the call, or one for each patient in it. */
  readonly granularity: "call" | "subject";
  /** The argument of a function that has the patient's id, where no row tells it. */
  readonly subject?:
    | { readonly kind: "value"; readonly value: Param }
    | {
        readonly kind: "member";
        readonly json: Param;
        readonly shape: "object" | "array";
        readonly name: string;
      };
}

/** Rules that are judged on the result, inside the transaction: breaking one rolls it back. */
export interface ResultRules {
  readonly singular: boolean;
  readonly maxAffected?: number;
  readonly rollback: boolean;
  /** PUT: the row that the filters name, and no other. */
  readonly oneByKey?: boolean;
}

interface PlanBase {
  readonly form: ResponseForm;
  readonly explain?: ExplainOptions;
  readonly rules: ResultRules;
  readonly count?: CountKind;
  readonly audit?: AuditPlan;
  /** The schema that the request names; the search path begins with it. */
  readonly schema: string;
  /** The representation that was chosen. */
  readonly media: MediaType;
  /** Absent where no encrypted column is read, written or searched. */
  readonly encryption?: PlanEncryption;
  /** Where the answer has bigints as texts; absent where they are numbers. */
  readonly integers?: ExactIntegers;
}

export interface ReadPlan extends PlanBase {
  readonly kind: "read";
  readonly root: ReadNode;
  readonly headersOnly: boolean;
  /** The server's bound on rows; an estimated count is exact up to it. */
  readonly maxRows?: number;
  /**
   * The statement can write nothing by what the catalog says: it reads tables through
   * PostgreSQL's own operators only. Anything else runs in a READ ONLY transaction.
   */
  readonly writesNothing: boolean;
}

/** A column that a payload is written to. */
export interface PayloadColumn {
  readonly name: string;
  readonly type: string;
  readonly defaultExpression?: string;
  /** The function that reads a value of the column's type from JSON. */
  readonly transform?: QualifiedName;
}

/** A value of the one row that is written. */
export interface RowValue {
  readonly name: string;
  /** What the value is read as; the assignment asks the column's own rules. */
  readonly baseType: string;
  readonly value: Param;
}

export interface PayloadPlan {
  readonly json: Param;
  readonly shape: "object" | "array";
  readonly columns: readonly PayloadColumn[];
  /** The one row, where each column reads its value from text as it would from JSON. */
  readonly row?: readonly RowValue[];
  /** Columns that a row does not mention take their default instead of NULL. */
  readonly missingAsDefault: boolean;
}

export interface ConflictPlan {
  /** Columns that keep what they have: the key of a row whose encrypted values are bound to it. */
  readonly keeps?: readonly string[];
  readonly target: readonly string[];
  readonly resolution: "merge" | "ignore";
}

export type Mutation =
  | {
      readonly kind: "insert";
      readonly payload: PayloadPlan;
      readonly conflict?: ConflictPlan;
      /** The rows have keys that the database would have generated. */
      readonly keyed?: boolean;
      /** PUT: the key filters, over the payload's columns. */
      readonly payloadWhere: readonly Condition[];
    }
  | {
      readonly kind: "update";
      readonly payload: PayloadPlan;
      /** Columns by which a payload row finds the rows that it changes; they are not written. */
      readonly by: readonly string[];
      readonly where: readonly Condition[];
      readonly requires: readonly ReadNode[];
    }
  | {
      readonly kind: "delete";
      readonly where: readonly Condition[];
      /** Inner embeds: a row without one is not shown by the same select, so it is not touched. */
      readonly requires: readonly ReadNode[];
    };

export interface MutationPlan extends PlanBase {
  readonly kind: "mutation";
  readonly relation: QualifiedName;
  readonly mutation: Mutation;
  /** The relation's own, see Table: then a mutation that shows nothing answers with its command tag. */
  readonly plainWrites: boolean;
  /** Columns of RETURNING; `*` is all, empty is a constant. */
  readonly returning: readonly string[];
  /** The returned rows as the client wants them; absent with `return=minimal`. */
  readonly read?: ReadNode;
  readonly primaryKey: readonly string[];
  readonly returnsLocation: boolean;
  /** For a mutation without a read: what its returned rows say of PHI. */
  readonly trace?: NodeTrace;
}

export type CallArguments =
  /** Arguments from a JSON object, or from the first object of an array. */
  | {
      readonly kind: "json";
      readonly json: Param;
      readonly shape: "object" | "array";
      readonly parameters: readonly RoutineParameter[];
    }
  | {
      readonly kind: "named";
      /** A variadic parameter has as many values as were given, each other one has one. */
      readonly values: readonly { readonly parameter: RoutineParameter; readonly given: readonly Param[] }[];
    }
  | { readonly kind: "unnamed"; readonly value: Param; readonly type: string }
  | { readonly kind: "none" };

export interface CallPlan extends PlanBase {
  readonly kind: "call";
  readonly routine: QualifiedName;
  /** `values`: each row is one value, in the column `pgrst_scalar`. */
  readonly returns: "nothing" | "values" | "rows";
  readonly returnsSet: boolean;
  readonly arguments: CallArguments;
  readonly readOnly: boolean;
  readonly headersOnly: boolean;
  readonly returning: readonly string[];
  readonly read: ReadNode;
  /** Settings of the function that must hold before it is called. */
  readonly settings?: readonly (readonly [name: string, value: string])[];
}

export type Plan = ReadPlan | MutationPlan | CallPlan;
