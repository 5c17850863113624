import type { Anything } from "../types/any.ts";
import type {
  DefaultSchemaName,
  GenericSchema,
  RelationName,
  RelationOf,
  RoutineName,
  DatabaseWithoutInternals,
  SchemaNames,
  SchemaOf,
  ServerOptionsOf,
} from "../types/database.ts";
import type { ExactArguments, RoutineArguments, RoutineOf, RoutineResult } from "../types/routine.ts";
import type { ClientSettings } from "./client-settings.ts";
import { givenOptions } from "./given-options.ts";
import type { SharedHeaders } from "./shared-headers.ts";
import { PostgrestFilterBuilder } from "./postgrest-filter-builder.ts";
import { PostgrestQueryBuilder } from "./postgrest-query-builder.ts";
import { startCall, type CallOptions } from "./start-call.ts";

/** Options of `from`. */
export interface FromOptions {
  /** Whether a failed read may be tried again; by default what the client says. */
  retry?: boolean | undefined;
}

/**
 * Tables, views and functions of one schema.
 *
 * @example
 * ```ts
 * import { createClient } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const billing = supabase.schema("billing");
 * const { data } = await billing.from("invoices").select("id, amount");
 * console.log(data);
 * ```
 */
export class PostgrestClient<
  Database = Anything,
  ClientOptions = ServerOptionsOf<Database>,
  SchemaName extends SchemaNames<Database> = DefaultSchemaName<Database>,
  Schema extends GenericSchema = SchemaOf<Database, SchemaName>,
> {
  /** The schema of tables and functions; undefined is the first exposed one. */
  schemaName: string | undefined;
  /** Whether a failed read may be tried again. */
  retry: boolean | undefined;
  private readonly settings: ClientSettings;
  private readonly sharedHeaders: SharedHeaders;
  private made: ClientSettings | undefined;

  constructor(settings: ClientSettings) {
    this.settings = settings;
    this.sharedHeaders = settings.headers.share();
    this.schemaName = settings.schema;
    this.retry = settings.retry;
  }

  /** Sent with every call. */
  get headers(): Headers {
    return this.sharedHeaders.own;
  }

  /** Begins a call on a table or view. Throws when the name is empty or not a text. */
  from<Name extends RelationName<Schema>>(
    relation: Name,
    options?: FromOptions,
  ): PostgrestQueryBuilder<ClientOptions, Schema, RelationOf<Schema, Name>, Name> {
    if (typeof relation !== "string" || relation.trim() === "") {
      throw new Error("Invalid relation name: relation must be a non-empty string.");
    }
    const given = givenOptions("from", options);
    if (given.error !== undefined) throw new Error(given.error.message);
    const settings = this.current();
    const retry = given.options.retry ?? settings.retry;
    return new PostgrestQueryBuilder(relation, retry === settings.retry ? settings : { ...settings, retry });
  }

  /** The same client for another schema. */
  schema<Name extends string & keyof DatabaseWithoutInternals<Database>>(
    schema: Name,
  ): PostgrestClient<Database, ClientOptions, Name, SchemaOf<Database, Name>> {
    // Without a name it is the default schema, as in supabase-js.
    if ((schema ?? undefined) !== undefined && typeof schema !== "string") {
      throw new Error("Invalid schema name: schema must be a string.");
    }
    return new PostgrestClient({ ...this.current(), schema });
  }

  /**
   * Calls a function: `select * from fn(name => value, …)`. Its rows can be filtered and ordered
   * like those of a table.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { data } = await supabase.rpc("add_numbers", { a: 1, b: 2 });
   * console.log(data);
   * ```
   */
  rpc<
    Name extends RoutineName<Schema>,
    Args extends RoutineArguments<Schema, Name> = never,
    Routine extends RoutineResult = RoutineOf<Schema, Name, Args>,
  >(
    fn: Name,
    args?: ExactArguments<RoutineArguments<Schema, Name>, Args>,
    options?: CallOptions,
  ): PostgrestFilterBuilder<
    ClientOptions,
    Schema,
    Routine["row"],
    Routine["result"],
    Routine["name"],
    Routine["relationships"],
    "RPC"
  > {
    if (typeof fn !== "string") throw new Error("Invalid function name: fn must be a string.");
    const draft = startCall({ name: fn, schema: this.schemaName }, args ?? {}, options);
    return new PostgrestFilterBuilder(draft, this.current());
  }

  /** Made anew only when one of the public fields was changed. */
  private current(): ClientSettings {
    const { sharedHeaders: headers, schemaName: schema, retry, made } = this;
    if (made !== undefined && made.schema === schema && made.retry === retry) return made;
    this.made = { ...this.settings, headers, schema, retry };
    return this.made;
  }
}
