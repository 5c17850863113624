import type { EmbedOption } from "./embed-place.ts";
import { failDraft, preferring } from "./draft.ts";
import type { Anything, IsAny } from "../types/any.ts";
import type { Scope } from "../types/scope.ts";
import type { GenericSchema } from "../types/database.ts";
import type { OrderColumn } from "../types/order-column.ts";
import type { Replaced } from "../types/override.ts";
import type { CheckedSelect, SelectColumns, SelectedRows, SelectText } from "../types/select-columns.ts";
import type { SelectResult } from "../types/select-result.ts";
import type { Stripped } from "../types/stripped.ts";
import { PostgrestBuilder } from "./postgrest-builder.ts";
import { recordMedia, recordPlan, type ExplainOptions } from "./record-media.ts";
import { recordOrder, type OrderOptions } from "./record-order.ts";
import { recordLimit, recordRange, wholeNumber } from "./record-range.ts";
import { recordSelect } from "./record-select.ts";

/** How many rows `fetch` can be asked for: an `integer` of PostgreSQL. */
const LARGEST_BATCH = 2_147_483_647;

/** How a read is streamed. */
export interface StreamOptions {
  /** Rows at a time; 1,000 by default. */
  readonly batch?: number;
}

/** What `maxAffected` gives where nothing is updated, deleted or called. */
export interface InvalidMethodError {
  Error: "maxAffected() limits what update(), delete() and rpc() change";
}

/** One row of a list. */
export type OneRow<Result> =
  IsAny<Result> extends true ? Result : Result extends readonly (infer Row)[] ? Row : never;

/**
 * What comes back, and in which order: the steps that a query takes besides its filters.
 *
 * @example
 * ```ts
 * import { createClient } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const { data: newest } = await supabase
 *   .from("metabolic_tests")
 *   .select("id, test_date")
 *   .order("test_date", { ascending: false })
 *   .limit(10);
 * console.log(newest);
 * ```
 */
export abstract class PostgrestTransformBuilder<
  ClientOptions = Anything,
  Schema extends GenericSchema = Anything,
  Row = Anything,
  Result = Anything,
  RelationName = Anything,
  Relationships = Anything,
  Method = Anything,
  ThrowOnError extends boolean = false,
  Query = Anything,
> extends PostgrestBuilder<ClientOptions, Result, ThrowOnError> {
  override throwOnError(): PostgrestTransformBuilder<
    ClientOptions,
    Schema,
    Row,
    Result,
    RelationName,
    Relationships,
    Method,
    true,
    Query
  > {
    super.throwOnError();
    return this as never;
  }

  override stripNulls(): PostgrestTransformBuilder<
    ClientOptions,
    Schema,
    Row,
    Stripped<Result>,
    RelationName,
    Relationships,
    Method,
    ThrowOnError,
    Query
  > {
    super.stripNulls();
    return this as never;
  }

  /** Brings the changed rows back: `returning …`. After `rpc()` it picks columns of its rows. */
  select<
    const Columns extends SelectColumns<Row> = "*",
    NewRow = SelectResult<Schema, Row, RelationName, Relationships, SelectText<Columns>>,
  >(
    columns?: CheckedSelect<Columns, NewRow, Row>,
  ): PostgrestTransformBuilder<
    ClientOptions,
    Schema,
    Row,
    SelectedRows<Result, NewRow, Method>,
    RelationName,
    Relationships,
    Method,
    ThrowOnError,
    SelectText<Columns>
  > {
    const draft = recordSelect(this.draft, columns);
    // Of two preferences of a kind the first counts.
    const wanted = draft.request.preferences.return ?? "representation";
    this.draft = preferring(draft, { return: wanted });
    return this as never;
  }

  /**
   * Orders the rows; called again, by one more column: `order by a, b desc nulls last`. With
   * `referencedTable` it orders the rows of an embed instead; `relation(column)` orders these rows
   * by a column of the one row that is embedded.
   */
  order<Column extends string, const Embed extends string = never>(
    column: OrderColumn<Scope<Schema, Row, RelationName, Relationships, Query>, Column, NoInfer<Embed>>,
    options?: OrderOptions<Embed>,
  ): this {
    this.draft = recordOrder(this.draft, column, options);
    return this;
  }

  /** Brings at most so many rows: `limit rows`. */
  limit(rows: number, options?: EmbedOption): this {
    this.draft = recordLimit(this.draft, rows, options);
    return this;
  }

  /** Brings rows `from` to `to`, counted from zero, both included: `limit … offset …`. */
  range(from: number, to: number, options?: EmbedOption): this {
    this.draft = recordRange(this.draft, { from, to }, options);
    return this;
  }

  /** Cancels the call, and the statement that is running for it, when the signal is aborted. */
  abortSignal(signal: AbortSignal): this {
    this.signal = signal;
    return this;
  }

  /**
   * Brings one row as an object. No row or several are an error, and nothing is changed then.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { data, error } = await supabase
   *   .from("profiles")
   *   .select("full_name")
   *   .eq("email", "ada@example.com")
   *   .single();
   * console.log(data?.full_name, error?.code);
   * ```
   */
  single<One = OneRow<Result>>(): PostgrestBuilder<ClientOptions, One, ThrowOnError> {
    this.draft = recordMedia(this.draft, { kind: "singular" });
    return this as unknown as PostgrestBuilder<ClientOptions, One, ThrowOnError>;
  }

  /**
   * Brings one row as an object, or null when there is none. Several are an error; a change that
   * several rows came from stays done.
   */
  maybeSingle<One = OneRow<Result>>(): PostgrestBuilder<ClientOptions, One | null, ThrowOnError> {
    this.isMaybeSingle = true;
    return this as unknown as PostgrestBuilder<ClientOptions, One | null, ThrowOnError>;
  }

  /**
   * Brings the rows of a read batch by batch, in the memory of one batch, for exports of any length: `declare … cursor`, then
   * `fetch forward batch`, in a read-only transaction on a connection of its own. All batches are of one moment. Leaving the
   * loop ends the transaction and gives the connection back. The statement timeout holds for each batch. A batch with PHI
   * leaves its record before it is given out. Not in supabase-js, and not inside `transaction()`.
   *
   * @param options.batch Rows at a time; 1,000 by default.
   * @throws {PostgrestError} the read failed, at its beginning or in the middle, or was aborted.
   * @throws {TypeError} `batch` is no whole number of rows.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * for await (const rows of supabase.from("metabolic_tests").select("id, vo2_max").order("id").stream({ batch: 500 })) {
   *   console.log(rows.map((row) => row.vo2_max).join("\n"));
   * }
   * ```
   */
  stream({ batch = 1000 }: StreamOptions = {}): AsyncGenerator<Result, void, undefined> {
    if (!Number.isSafeInteger(batch) || batch < 1 || batch > LARGEST_BATCH) {
      throw new TypeError(`stream() takes a batch of 1 to ${LARGEST_BATCH} rows.`);
    }
    return this.batches(batch) as AsyncGenerator<Result, void, undefined>;
  }

  /** Brings the rows as one CSV text with a header line. */
  csv(): PostgrestBuilder<ClientOptions, string, ThrowOnError> {
    this.draft = recordMedia(this.draft, { kind: "csv" });
    return this as unknown as PostgrestBuilder<ClientOptions, string, ThrowOnError>;
  }

  /** Brings the rows as a GeoJSON feature collection; needs PostGIS. */
  geojson(): PostgrestBuilder<ClientOptions, Record<string, unknown>, ThrowOnError> {
    this.draft = recordMedia(this.draft, { kind: "geojson" });
    return this as unknown as PostgrestBuilder<ClientOptions, Record<string, unknown>, ThrowOnError>;
  }

  /** Brings PostgreSQL's plan for the query instead of its rows: `explain (…) …`. */
  explain(
    options: ExplainOptions & { format: "json" },
  ): PostgrestBuilder<ClientOptions, Record<string, unknown>[], ThrowOnError>;
  explain(
    options?: ExplainOptions & { format?: "text" },
  ): PostgrestBuilder<ClientOptions, string, ThrowOnError>;
  explain(
    options?: ExplainOptions,
  ): PostgrestBuilder<ClientOptions, string | Record<string, unknown>[], ThrowOnError> {
    this.draft = recordPlan(this.draft, options);
    return this as unknown as PostgrestBuilder<
      ClientOptions,
      string | Record<string, unknown>[],
      ThrowOnError
    >;
  }

  /** Runs the call and rolls it back: the answer is what it would have been. */
  rollback(): this {
    this.draft = preferring(this.draft, { transaction: "rollback" });
    return this;
  }

  /** Refuses, and rolls back, a change of more rows than this. */
  maxAffected(rows: number): Method extends "PATCH" | "DELETE" | "RPC" ? this : InvalidMethodError {
    const number = wholeNumber("maxAffected", rows);
    // Of two preferences of a kind the first counts.
    this.draft = number.ok
      ? preferring(this.draft, {
          handling: "strict",
          maxAffected: this.draft.request.preferences.maxAffected ?? number.value,
        })
      : failDraft(this.draft, number.error);
    return this as never;
  }

  /** @deprecated Use `overrideTypes`. Changes the type of the result, nothing else. */
  override returns<NewResult>(): PostgrestTransformBuilder<
    ClientOptions,
    Schema,
    Row,
    Replaced<Result, NewResult>,
    RelationName,
    Relationships,
    Method,
    ThrowOnError,
    Query
  > {
    return this as never;
  }
}
