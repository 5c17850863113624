import type { Anything } from "../types/any.ts";
import type {
  ClientOptionsOf,
  DefaultSchemaName,
  GenericSchema,
  RelationName,
  RelationOf,
  RoutineName,
  SchemaNameOf,
  DatabaseWithoutInternals,
  SchemaNames,
  SchemaOf,
} from "../types/database.ts";
import type { ExactArguments, RoutineArguments, RoutineOf, RoutineResult } from "../types/routine.ts";
import { checkedClaims, type RoleClaims } from "./checked-claims.ts";
import type { ClientSettings } from "./client-settings.ts";
import type { Claims } from "../identity/index.ts";
import type { Call, TransactionOptions } from "./engine.ts";
import { givenOptions } from "./given-options.ts";
import { callOther, otherMember } from "./other-members.ts";
import { PostgrestClient, type FromOptions } from "./postgrest-client.ts";
import type { PostgrestFilterBuilder } from "./postgrest-filter-builder.ts";
import type { PostgrestQueryBuilder } from "./postgrest-query-builder.ts";
import type { CallOptions } from "./start-call.ts";
import type { AnyMember } from "./untyped.ts";

/**
 * What `createClient` makes: supabase-js's client on your own PostgreSQL. Queries run here; auth,
 * storage, functions and realtime are those of the option `delegate`. Without one they are there to be
 * reached, but to call them throws an error that names the way out; only `auth.getUser(jwt)` and
 * `auth.getClaims(jwt)` answer, from the token, which they verify.
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
export class SupabaseClient<
  Database = Anything,
  SchemaNameOrClientOptions extends SchemaNames<Database> | { PostgrestVersion: string } =
    DefaultSchemaName<Database>,
  SchemaName extends SchemaNames<Database> = SchemaNameOf<Database, SchemaNameOrClientOptions>,
  Schema extends GenericSchema = SchemaOf<Database, SchemaName>,
  ClientOptions = ClientOptionsOf<Database, SchemaNameOrClientOptions>,
> {
  /** The delegate's; else `getUser(jwt)` and `getClaims(jwt)`, and every other call throws. */
  readonly auth: AnyMember;
  /** The delegate's; else a call throws. */
  readonly storage: AnyMember;
  /** The delegate's; else a call throws. */
  readonly functions: AnyMember;
  /** The delegate's; else a call throws. */
  readonly realtime: AnyMember;
  protected readonly rest: PostgrestClient<Database, ClientOptions, SchemaName, Schema>;
  private readonly settings: ClientSettings;

  constructor(settings: ClientSettings) {
    const { claims, members } = settings;
    this.settings = settings;
    this.rest = new PostgrestClient(claims === undefined ? settings : asRole(settings, claims));
    this.auth = otherMember(members, "auth");
    this.storage = otherMember(members, "storage");
    this.functions = otherMember(members, "functions");
    this.realtime = otherMember(members, "realtime");
  }

  /**
   * A client on the same pool whose calls run as the role in these claims, with the claims visible to policies, for a
   * server that knows its user already. The claims are taken as they are: they must come from your own code, never
   * from a request that nothing has verified. A call that sets an `Authorization` header of its own runs by that.
   *
   * @throws {TypeError} the claims name no role, or are no JSON.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const asAda = supabase.withClaims({ role: "authenticated", sub: "00000000-0000-4000-8000-000000000001" });
   * const { data } = await asAda.from("reports").select("id");
   * console.log(data);
   * ```
   */
  withClaims(
    claims: RoleClaims,
  ): SupabaseClient<Database, SchemaNameOrClientOptions, SchemaName, Schema, ClientOptions> {
    const headers = this.settings.headers.share();
    headers.own.delete("authorization");
    return new SupabaseClient({ ...this.settings, headers, claims: checkedClaims(claims) });
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
  transaction<T>(
    work: (
      tx: SupabaseClient<Database, SchemaNameOrClientOptions, SchemaName, Schema, ClientOptions>,
    ) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const given = givenOptions("transaction", options);
    if (given.error !== undefined) throw new Error(given.error.message);
    const { transaction } = this.settings;
    if (transaction === undefined) throw new Error("This client cannot open a transaction.");
    return transaction((engine) => work(new SupabaseClient({ ...this.settings, ...engine })), given.options);
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
  from<Name extends RelationName<Schema>>(
    relation: Name,
    options?: FromOptions,
  ): PostgrestQueryBuilder<ClientOptions, Schema, RelationOf<Schema, Name>, Name> {
    return this.rest.from(relation, options);
  }

  /** Tables, views and functions of another schema. */
  schema<Name extends string & keyof DatabaseWithoutInternals<Database>>(
    schema: Name,
  ): PostgrestClient<Database, ClientOptions, Name, SchemaOf<Database, Name>> {
    return this.rest.schema(schema);
  }

  /** Calls a function of the database: `select * from fn(name => value, …)`. */
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
    return this.rest.rpc<Name, Args, Routine>(fn, args, options);
  }

  /** The delegate's; without one it throws. */
  channel(...args: AnyMember[]): AnyMember {
    return callOther(this.settings.members, "channel", args);
  }

  /** The delegate's; without one it throws. */
  getChannels(): AnyMember[] {
    return callOther(this.settings.members, "getChannels", []);
  }

  /** The delegate's; without one it throws. */
  removeChannel(...args: AnyMember[]): AnyMember {
    return callOther(this.settings.members, "removeChannel", args);
  }

  /** The delegate's; without one it throws. */
  removeAllChannels(): AnyMember {
    return callOther(this.settings.members, "removeAllChannels", []);
  }
}

/** Every call runs as the role in the claims. */
function asRole(settings: ClientSettings, claims: Claims): ClientSettings {
  const { run, stream } = settings;
  return {
    ...settings,
    run: (call) => run({ ...call, claims }),
    ...(stream === undefined
      ? {}
      : { stream: (call: Call, batch: number) => stream({ ...call, claims }, batch) }),
  };
}
