import type { Database as DatabaseHandle } from "@offramp/db";
import type { KeyRing } from "@offramp/db/encryption";
import { auditLimits, type AuditOptions } from "./audit-options.ts";
import {
  authMember,
  type ClientSettings,
  durationOption,
  type OtherMembers,
  type Run,
  SharedHeaders,
  sessionTokenOf,
  SupabaseClient,
} from "./client/index.ts";
import { err, renderError } from "./errors/index.ts";
import type { ClientObservation, SchemaSnapshot, TransactionScope } from "./execute/index.ts";
import { ClientAccess, type JwtConfig, verifierOf } from "./identity/index.ts";
import type { Anything } from "./types/any.ts";
import type { DefaultSchemaName, SchemaNameOf, SchemaNames } from "./types/database.ts";
import { transactionOn } from "./open-transaction.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";
import { runCall } from "./run-call.ts";
import { readSchemaSnapshot } from "./schema-snapshot.ts";
import { streamCall } from "./stream-call.ts";
import { type ClientTarget, openDatabase } from "./target/open-database.ts";

/**
 * Options of {@link createClient}: supabase-js's that concern queries, and Offramp's own.
 *
 * @example
 * ```ts
 * import { createClient, type SupabaseClientOptions } from "@offramp/supabase-shim";
 *
 * const options: SupabaseClientOptions = {
 *   db: { schema: "public", statementTimeout: 5000 },
 *   schemas: ["public", "billing"],
 *   limits: { maxEmbedDepth: 5 },
 * };
 * console.log(await createClient("postgres://localhost/clinic", "service-key", options).from("profiles").select("id"));
 * ```
 */
export interface SupabaseClientOptions<SchemaName extends string = string> {
  readonly db?: {
    /** The schema of tables and functions without `.schema()`. Default `public`, or the first of `schemas` where that is not among them. */
    readonly schema?: SchemaName;
    /** Milliseconds after which a call is cancelled, in the database too. Default none. */
    readonly timeout?: number;
    /**
     * Whether a read is tried again when the database cannot be reached, up to three times, after 1, 2 and 4 seconds.
     * Default true, as in supabase-js. Never inside a transaction, and never what writes.
     */
    readonly retry?: boolean;
    /** Milliseconds that PostgreSQL lets a statement run. Default: the server's own setting. */
    readonly statementTimeout?: number;
    /**
     * How `bigint` columns and functions are shown. As `number`, the default and what applications have today,
     * JavaScript rounds beyond 2^53; `string` and `bigint` are exact. `generateTypes(db, { bigint })` types them so.
     */
    readonly bigint?: "number" | "string" | "bigint";
    /** Taken so that the call compiles: no request has a URL that could be too long. */
    readonly urlLengthLimit?: number;
  };
  readonly global?: {
    readonly headers?: Readonly<Record<string, string>>;
    /** Not used: no HTTP request is made. */
    readonly fetch?: unknown;
  };
  /** The schemas that `.schema()` may name. Default: `db.schema` alone. */
  readonly schemas?: readonly string[];
  /** What a call may ask for at most; nothing is limited by default. */
  readonly limits?: {
    /** How many rows come back at most, of each relation and function; more are left out, as on Supabase. */
    readonly maxRows?: number;
    /** How deep embeds may nest. */
    readonly maxEmbedDepth?: number;
    /** Bytes of a payload's JSON. */
    readonly maxPayloadBytes?: number;
  };
  /** False refuses aggregates, as Supabase does unless switched on. Default true. */
  readonly aggregates?: boolean;
  /**
   * Record PHI access when the database has the audit schema. Default true; `false` is for work that
   * someone answers for otherwise, such as a migration.
   */
  readonly audit?: boolean | AuditOptions;
  /**
   * The keys of encrypted columns: what a call selects of them is decrypted, what it writes is encrypted. Without them a
   * call that touches one is refused with `OFF008`, `select("*")` of its table included.
   */
  readonly encryption?: KeyRing;
  /**
   * A schema written by `writeSchemaSnapshot`, or the path of its file: the first call then need not read the catalog.
   * What it does not know is read when it is asked for; PHI marks are compared with the database's before the first call.
   */
  readonly schemaSnapshot?: SchemaSnapshot | string;
  /**
   * Reload the schema on `NOTIFY pgrst, 'reload schema'`, on one connection beside the pool that never keeps the
   * process running. Default true. Without it, unknown names still reload.
   */
  readonly watchSchema?: boolean;
  /** Is told of what happens in the background of the calls: schema loads, what failed in them, and unrecorded calls. */
  readonly observe?: (observation: ClientObservation) => void;
  /**
   * How users' tokens are verified: the project's JWT secret, or the public keys of whoever signs them. Without it
   * every token is refused.
   */
  readonly jwt?: JwtConfig;
  /** Gives the token of the signed-in user, whose rights a call then has; null for nobody, who has the key's. */
  readonly accessToken?: () => Promise<string | null>;
  /**
   * The application's client of supabase-js, for the time in which auth, storage, functions or realtime still live
   * there: these members are then its own, and queries run as its signed-in user.
   */
  readonly delegate?: OtherMembers;
  /** Taken so that the call compiles; auth is the delegate's. */
  readonly auth?: unknown;
  /** Taken so that the call compiles; realtime is the delegate's. */
  readonly realtime?: unknown;
  /** Taken so that the call compiles; storage is the delegate's. */
  readonly storage?: unknown;
  /** Taken so that the call compiles: there is no request to carry a trace. */
  readonly tracePropagation?: unknown;
}

/** Clients of one database and one configuration share schema cache and compiled shapes. */
const pipelines = new WeakMap<DatabaseHandle, Map<string, Pipeline>>();

/** Key rings by number, as part of a configuration. */
const ringNumbers = new WeakMap<KeyRing, number>();
let rings = 0;

function numberOf(ring: KeyRing | undefined): number {
  if (ring === undefined) return 0;
  const number = ringNumbers.get(ring) ?? (rings += 1);
  ringNumbers.set(ring, number);
  return number;
}

/**
 * Makes a client with supabase-js's query surface on your own PostgreSQL. Nothing is opened until the first call;
 * clients with one target share one pool.
 *
 * The first argument is a `postgres://` URL, a handle from `connect()` of `@offramp/db`, or the application's old
 * `https://….supabase.co` URL; then the database comes from `DATABASE_URL` or `DATABASE_SECRET_ID`.
 *
 * Whose rights a call has: those of the user's token, which must verify against `jwt` (from the call's or the
 * client's `Authorization` header, `accessToken`, or the delegate's session), or of `withClaims`; else those of the
 * key. The key is configuration and chooses only among what the database lets the connection be:
 *
 * - a publishable key (`sb_publishable_…`) or anon key runs as the role `anon`, and where that role is missing no call runs;
 * - a secret key (`sb_secret_…`) or service role key runs as `service_role` where the connection may be that, else with
 *   the connection's own rights;
 * - a JSON Web Token of another role runs as that role; what else it claims reaches policies only if it verifies;
 * - any other text, or none, runs with the connection's own rights.
 *
 * Never take the key from a request: what users send are tokens.
 *
 * @throws {Error} the target or the key is missing or wrong, `jwt` or `schemaSnapshot` cannot be read, or a timeout is
 * no number of milliseconds.
 *
 * @example
 * ```ts
 * import { createClient } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const { data, error } = await supabase.from("profiles").select("id, email").eq("email", "ada@example.com");
 * console.log(data, error);
 * ```
 *
 * @example
 * With the type of the database, as `supabase gen types` or `generateTypes` writes it:
 * ```ts
 * import { createClient } from "@offramp/supabase-shim";
 *
 * interface Database {
 *   public: {
 *     Tables: {
 *       profiles: {
 *         Row: { id: string; full_name: string | null };
 *         Insert: { id?: string; full_name?: string | null };
 *         Update: { id?: string; full_name?: string | null };
 *         Relationships: [];
 *       };
 *     };
 *     Views: {};
 *     Functions: {};
 *   };
 * }
 *
 * const supabase = createClient<Database>("postgres://localhost/clinic", "service-key");
 * const { data } = await supabase.from("profiles").select("id, name:full_name");
 * const names: (string | null)[] = data?.map((row) => row.name) ?? [];
 * console.log(names);
 * ```
 */
export function createClient<
  Database = Anything,
  SchemaNameOrClientOptions extends SchemaNames<Database> | { PostgrestVersion: string } =
    DefaultSchemaName<Database>,
  SchemaName extends SchemaNames<Database> = SchemaNameOf<Database, SchemaNameOrClientOptions>,
>(
  supabaseUrl: ClientTarget,
  supabaseKey?: string,
  given?: SupabaseClientOptions<SchemaName>,
): SupabaseClient<Database, SchemaNameOrClientOptions, SchemaName> {
  if (!supabaseUrl) throw new Error("supabaseUrl is required.");
  if (typeof supabaseUrl === "string" && /^https?:/i.test(supabaseUrl) && !supabaseKey) {
    throw new Error("supabaseKey is required.");
  }
  if (supabaseKey === "") throw new Error("supabaseKey is required.");
  const options = given ?? {};
  const timeout = durationOption("db.timeout", options.db?.timeout);
  const statementTimeout = durationOption("db.statementTimeout", options.db?.statementTimeout);
  const access = accessOf(supabaseKey, options);
  const pipeline = pipelineOf(openDatabase(supabaseUrl), options);
  const runIn =
    (scope?: TransactionScope): Run =>
    (call) =>
      runCall({ pipeline, access, bigint: options.db?.bigint ?? "number" }, call, scope);
  const settings: ClientSettings = {
    run: runIn(),
    stream: (call, batch) =>
      streamCall({ pipeline, access, bigint: options.db?.bigint ?? "number" }, call, batch),
    transaction: transactionOn(
      { database: pipeline.database, ready: () => beforeTransaction(pipeline) },
      runIn,
    ),
    schema: options.db?.schema ?? (options.schemas?.includes("public") === true ? "public" : undefined),
    headers: SharedHeaders.of(options.global?.headers),
    timeout,
    statementTimeout,
    retry: options.db?.retry,
    members: options.delegate ?? { auth: auth(options.jwt) },
  };
  return new SupabaseClient(settings);
}

/** A transaction holds a connection, and the pool may have no second one to read the schema or the keys with. */
async function beforeTransaction({ schemaCache, keys }: Pipeline): Promise<void> {
  // A call that needs keys says what is wrong with them; others need none.
  await Promise.all([schemaCache.current(), keys?.ready().catch(() => undefined)]);
}

function accessOf(
  key: string | undefined,
  { jwt, accessToken, delegate }: SupabaseClientOptions,
): ClientAccess {
  return new ClientAccess({
    key,
    jwt,
    accessToken: accessToken ?? (delegate === undefined ? undefined : sessionTokenOf(delegate)),
  });
}

/** `auth` without a delegate: what a token alone can answer. */
function auth(jwt: JwtConfig = {}): OtherMembers["auth"] {
  return authMember(async (token, moment) => {
    const verified = await verifierOf(jwt).verify(token, moment);
    if (verified.ok) return verified;
    const { message } = renderError({ stage: "identity", error: verified.error });
    return err({ error: verified.error, message });
  });
}

/** @throws {TypeError} a limit is no whole number. */
function checkedLimits(limits: SupabaseClientOptions["limits"] = {}): typeof limits {
  for (const [name, limit] of Object.entries<unknown>(limits)) {
    if (limit !== undefined && !(Number.isSafeInteger(limit) && Number(limit) >= 0)) {
      throw new TypeError(`limits.${name} takes a whole number.`);
    }
  }
  return limits;
}

function pipelineOf(database: DatabaseHandle, options: SupabaseClientOptions): Pipeline {
  const { schemaSnapshot, observe } = options;
  const configuration = {
    exposedSchemas: options.schemas ?? [options.db?.schema ?? "public"],
    aggregatesEnabled: options.aggregates ?? true,
    ...auditLimits(options.audit, observe !== undefined),
    watch: options.watchSchema ?? true,
    exactBigints: (options.db?.bigint ?? "number") !== "number",
    ...checkedLimits(options.limits),
  };
  const known = pipelines.get(database) ?? new Map<string, Pipeline>();
  pipelines.set(database, known);
  const key = JSON.stringify([configuration, numberOf(options.encryption)]);
  const shared = known.get(key);
  if (shared !== undefined) {
    if (observe !== undefined) shared.schemaCache.observeWith(observe);
    return shared;
  }
  const pipeline = createPipeline(database, {
    ...configuration,
    keys: options.encryption,
    ...(schemaSnapshot === undefined
      ? {}
      : { snapshot: readSchemaSnapshot(schemaSnapshot, configuration.exposedSchemas) }),
    ...(observe === undefined ? {} : { observe }),
  });
  known.set(key, pipeline);
  return pipeline;
}
