import {
  PgDatabase,
  type PgDialect,
  PgPreparedQuery,
  PgSession,
  PgTransaction,
  type PgTransactionConfig,
  type PreparedQueryConfig,
} from "drizzle-orm/pg-core";
import { Param, is, type SQL } from "drizzle-orm";
import { EncryptionError } from "../encryption/encryption-error.ts";
import type { KeyRing } from "../encryption/key-ring.ts";
import type { AnyDatabase, AnySession, AnyTransaction } from "./drizzle-parts.ts";
import { EncryptingDialect } from "./encrypting-dialect.ts";
import { SealedParam } from "./sealed-param.ts";
import { openedColumn } from "./shown-column.ts";

type PrepareArguments = Parameters<PgSession["prepareQuery"]>;

/** What `auditedDrizzle` of `@offramp/audit` leaves on a dialect. */
const AUDITED = Symbol.for("offramp.audited");

/** What is kept of a database's schema. */
interface SchemaConfig {
  readonly schema: unknown;
  readonly fullSchema: unknown;
  readonly tableNamesMap: unknown;
}

interface Encrypting {
  readonly dialect: EncryptingDialect;
  readonly keys: KeyRing;
  readonly schema: SchemaConfig;
}

/**
 * The same Drizzle database, in which columns marked with `encrypted()` are encrypted where they are written and decrypted
 * where they are read: by select, insert, update, delete, their `returning()`, relational queries, subqueries and
 * transactions, on any PostgreSQL driver. Types stay as they are.
 *
 * `eq()` and `inArray()` find values of a searchable column, `isNull()` those that are there. Whatever else would work on
 * the stored bytes is refused: order, groups, aggregates, other comparisons, SQL written by hand around the column.
 *
 * Each value is bound to its row. So an insert needs the row's primary key (a `defaultRandom()` uuid is made here; other
 * keys must be given), and an update of an encrypted column needs `where(eq(key, value))`. The client of
 * `@offramp/supabase-shim` does both by itself.
 *
 * With the trail of `@offramp/audit`, encrypt first: `auditedDrizzle(encryptedDrizzle(db, keys), trail)`. The other order
 * is refused, because statements that are encrypted afterwards are none that the trail has seen.
 *
 * A Drizzle database without this wrapper neither shows nor writes an encrypted column: it throws.
 *
 * @throws {EncryptionError} from a statement that cannot be encrypted, or whose values do not belong to their rows.
 *
 * @example
 * ```ts
 * import { connect, encrypted } from "@offramp/db";
 * import { encryptedDrizzle } from "@offramp/db/drizzle";
 * import { KeyRing, kmsWrapper } from "@offramp/db/encryption";
 * import { eq } from "drizzle-orm";
 * import { drizzle } from "drizzle-orm/postgres-js";
 * import { pgTable, text, uuid } from "drizzle-orm/pg-core";
 *
 * const patients = pgTable("patients", {
 *   id: uuid("id").primaryKey().defaultRandom(),
 *   ssn: encrypted(text("ssn"), { key: "phi", searchable: "equality" }),
 * });
 * const keys = new KeyRing(connect(), kmsWrapper({ keyId: "alias/clinic-phi" }));
 * const db = encryptedDrizzle(drizzle(process.env.DATABASE_URL ?? "", { schema: { patients } }), keys);
 * const found = await db.select().from(patients).where(eq(patients.ssn, "078-05-1120"));
 * console.log(found);
 * ```
 */
export function encryptedDrizzle<Drizzle extends AnyDatabase>(
  db: Drizzle,
  keys: KeyRing,
): Omit<Drizzle, "$client"> {
  const { dialect, _: parts } = db as unknown as {
    readonly dialect: PgDialect;
    readonly _: SchemaConfig & { session: AnySession };
  };
  if (AUDITED in dialect) {
    throw new EncryptionError(
      "setting",
      "encryptedDrizzle: this database is audited already. Encrypt first, then audit: auditedDrizzle(encryptedDrizzle(db, keys), trail).",
    );
  }
  const schema = { schema: parts.schema, fullSchema: parts.fullSchema, tableNamesMap: parts.tableNamesMap };
  const encrypting = { dialect: new EncryptingDialect(dialect, keys), keys, schema };
  const session = new EncryptingSession(parts.session, encrypting);
  // oxlint-disable-next-line typescript/no-explicit-any -- as in AnyDatabase.
  return new (PgDatabase as any)(encrypting.dialect, session, schema) as Omit<Drizzle, "$client">;
}

/** The driver's session, whose statements are encrypted when they run. */
class EncryptingSession extends PgSession {
  readonly #inner: AnySession;
  readonly #encrypting: Encrypting;

  constructor(inner: AnySession, encrypting: Encrypting) {
    super(encrypting.dialect);
    this.#inner = inner;
    this.#encrypting = encrypting;
  }

  override prepareQuery<T extends PreparedQueryConfig = PreparedQueryConfig>(
    ...[query, fields, ...rest]: PrepareArguments
  ): PgPreparedQuery<T> {
    const { keys } = this.#encrypting;
    const opened = fields?.map((item) => ({ ...item, field: openedColumn(item.field, keys) }));
    return new EncryptedQuery({ inner: this.#inner, keys, prepare: [query, opened, ...rest] });
  }

  /** Each driver finds the number in a result of its own form; rows as lists are the same in all. */
  override async count(counting: SQL): Promise<number> {
    const query = this.dialect.sqlToQuery(counting);
    const rows = (await this.prepareQuery(
      query,
      undefined,
      undefined,
      true,
      (found) => found,
    ).execute()) as unknown[][];
    return Number(rows[0]?.[0]);
  }

  override transaction<T>(
    work: (transaction: AnyTransaction) => Promise<T>,
    config?: PgTransactionConfig,
  ): Promise<T> {
    return this.#inner.transaction<T>(
      (inner) => work(encryptingTransaction(inner, this.#encrypting)),
      config,
    );
  }
}

function encryptingTransaction(inner: AnyTransaction, encrypting: Encrypting): AnyTransaction {
  return new EncryptingTransaction(inner, encrypting);
}

/** The driver's transaction, with sessions as above. */
// oxlint-disable-next-line typescript/no-explicit-any -- as in AnyTransaction.
class EncryptingTransaction extends PgTransaction<any, any, any> {
  readonly #inner: AnyTransaction;
  readonly #encrypting: Encrypting;

  constructor(inner: AnyTransaction, encrypting: Encrypting) {
    super(
      encrypting.dialect,
      new EncryptingSession(inner._.session as AnySession, encrypting),
      encrypting.schema as never,
    );
    this.#inner = inner;
    this.#encrypting = encrypting;
  }

  override setTransaction(config: PgTransactionConfig): Promise<void> {
    return this.#inner.setTransaction(config);
  }

  override transaction<T>(work: (transaction: AnyTransaction) => Promise<T>): Promise<T> {
    return this.#inner.transaction((nested) => work(encryptingTransaction(nested, this.#encrypting)));
  }
}

interface Preparing {
  readonly inner: AnySession;
  readonly keys: KeyRing;
  readonly prepare: PrepareArguments;
}

/** A statement whose parameters are encrypted each time that it runs. */
class EncryptedQuery extends PgPreparedQuery<PreparedQueryConfig> {
  joinsNotNullableMap: Record<string, boolean> | undefined;
  readonly #preparing: Preparing;

  constructor(preparing: Preparing) {
    super(preparing.prepare[0], undefined, undefined);
    this.#preparing = preparing;
  }

  override async execute(values: Record<string, unknown> = {}): Promise<unknown> {
    const { inner, keys, prepare } = this.#preparing;
    const [query, ...rest] = prepare;
    await keys.ready();
    const params = query.params.map((param) => sealed(param, { keys, values }));
    const prepared = inner.prepareQuery({ ...query, params }, ...rest);
    if (this.joinsNotNullableMap !== undefined)
      Object.assign(prepared, { joinsNotNullableMap: this.joinsNotNullableMap });
    return prepared.execute(values);
  }
}

function sealed(
  param: unknown,
  { keys, values }: { readonly keys: KeyRing; readonly values: Record<string, unknown> },
): unknown {
  const value = is(param, Param) ? param.value : param;
  return value instanceof SealedParam ? value.seal(keys, values) : param;
}
