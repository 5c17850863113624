import type { ClientSettings } from "./client-settings.ts";
import type { TransactionOptions } from "./engine.ts";
import { notAQuery, refuse } from "./not-a-query.ts";
import { PostgrestClient, type FromOptions } from "./postgrest-client.ts";
import type { PostgrestFilterBuilder } from "./postgrest-filter-builder.ts";
import type { PostgrestQueryBuilder } from "./postgrest-query-builder.ts";
import type { CallOptions } from "./start-call.ts";
import type { AnyMember, AnyRow } from "./untyped.ts";

/**
 * What `createClient` makes: supabase-js's client on your own PostgreSQL. Queries run here; auth,
 * storage, functions and realtime are there to be reached, but to call them throws an error that
 * names the way out.
 *
 * @example
 * ```ts
 * import { createClient, type SupabaseClient } from "@offramp/supabase-shim";
 *
 * async function emails(supabase: SupabaseClient): Promise<string[]> {
 *   const { data } = await supabase.from("profiles").select("email").throwOnError();
 *   return data.map((row) => row.email);
 * }
 *
 * console.log(await emails(createClient("postgres://localhost/clinic", "service-key")));
 * ```
 */
export class SupabaseClient {
  /** Not part of Offramp; a call throws. */
  readonly auth: AnyMember = notAQuery("auth");
  /** Not part of Offramp; a call throws. */
  readonly storage: AnyMember = notAQuery("storage");
  /** Not part of Offramp; a call throws. */
  readonly functions: AnyMember = notAQuery("functions");
  /** Not part of Offramp; a call throws. */
  readonly realtime: AnyMember = notAQuery("realtime");
  protected readonly rest: PostgrestClient;
  private readonly settings: ClientSettings;

  constructor(settings: ClientSettings) {
    this.settings = settings;
    this.rest = new PostgrestClient(settings);
  }

  /**
   * Runs `work` with a client whose calls share one transaction on one connection, and commits when it resolves.
   * An error that it throws rolls back and is thrown on. `tx.transaction` is a savepoint.
   *
   * A call that PostgreSQL refuses dooms the transaction, as in SQL: wrap what may fail in a savepoint. A call that
   * breaks its own rule (`single()`, `maxAffected()`) is undone alone. The outer client cannot be used inside.
   *
   * @throws {PostgrestError} a call failed and its error was not thrown, so the transaction was rolled back.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * await supabase.transaction(async (tx) => {
   *   await tx.from("subscriptions").update({ status: "cancelled" }).eq("id", 7).throwOnError();
   *   await tx.from("subscriptions").insert({ user_id: "u-17", tier: "pro" }).throwOnError();
   * });
   * ```
   */
  transaction<T>(work: (tx: SupabaseClient) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const { transaction } = this.settings;
    if (transaction === undefined) throw new Error("This client cannot open a transaction.");
    return transaction((engine) => work(new SupabaseClient({ ...this.settings, ...engine })), options);
  }

  /**
   * Begins a call on a table or view. Throws when the name is empty or not a text.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { data, error } = await supabase.from("profiles").select("id, email");
   * console.log(data, error);
   * ```
   */
  from(relation: string, options?: FromOptions): PostgrestQueryBuilder {
    return this.rest.from(relation, options);
  }

  /** Tables, views and functions of another schema. */
  schema(schema: string): PostgrestClient {
    return this.rest.schema(schema);
  }

  /** Calls a function of the database: `select * from fn(name => value, …)`. */
  rpc(fn: string, args: object = {}, options: CallOptions = {}): PostgrestFilterBuilder<AnyRow> {
    return this.rest.rpc(fn, args, options);
  }

  /** Not part of Offramp; throws. */
  channel(..._args: AnyMember[]): AnyMember {
    return refuse("channel");
  }

  /** Not part of Offramp; throws. */
  getChannels(): AnyMember[] {
    return refuse("getChannels");
  }

  /** Not part of Offramp; throws. */
  removeChannel(..._args: AnyMember[]): AnyMember {
    return refuse("removeChannel");
  }

  /** Not part of Offramp; throws. */
  removeAllChannels(): AnyMember {
    return refuse("removeAllChannels");
  }
}
