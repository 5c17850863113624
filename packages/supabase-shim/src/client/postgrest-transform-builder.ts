import type { EmbedOption } from "./embed-place.ts";
import { failDraft, preferring } from "./draft.ts";
import { PostgrestBuilder, type Overridden } from "./postgrest-builder.ts";
import { recordMedia, recordPlan, type ExplainOptions } from "./record-media.ts";
import { recordOrder, type OrderOptions } from "./record-order.ts";
import { recordLimit, recordRange, wholeNumber } from "./record-range.ts";
import { recordSelect } from "./record-select.ts";
import type { AnyRow } from "./untyped.ts";

/** Rows come back as a list; what a function returns is not known without types. */
export type SelectedRows<Result> = 0 extends 1 & Result ? AnyRow : AnyRow[];

/** One row of a list. */
export type OneRow<Result> = 0 extends 1 & Result
  ? AnyRow
  : Result extends readonly (infer Row)[]
    ? Row
    : never;

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
  Result = AnyRow[],
  ThrowOnError extends boolean = false,
> extends PostgrestBuilder<Result, ThrowOnError> {
  override throwOnError(): PostgrestTransformBuilder<Result, true> {
    return super.throwOnError() as PostgrestTransformBuilder<Result, true>;
  }

  /** Brings the changed rows back: `returning …`. After `rpc()` it picks columns of its rows. */
  select(columns?: string): PostgrestTransformBuilder<SelectedRows<Result>, ThrowOnError> {
    const draft = recordSelect(this.draft, columns);
    // Of two preferences of a kind the first counts.
    const wanted = draft.request.preferences.return ?? "representation";
    this.draft = preferring(draft, { return: wanted });
    return this as unknown as PostgrestTransformBuilder<SelectedRows<Result>, ThrowOnError>;
  }

  /**
   * Orders the rows; called again, by one more column: `order by a, b desc nulls last`. With
   * `referencedTable` it orders the rows of an embed instead; `relation(column)` orders these rows
   * by a column of the one row that is embedded.
   */
  order(column: string, options?: OrderOptions): this {
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
  single<One = OneRow<Result>>(): PostgrestBuilder<One, ThrowOnError> {
    this.draft = recordMedia(this.draft, { kind: "singular" });
    return this as unknown as PostgrestBuilder<One, ThrowOnError>;
  }

  /**
   * Brings one row as an object, or null when there is none. Several are an error; a change that
   * several rows came from stays done.
   */
  maybeSingle<One = OneRow<Result>>(): PostgrestBuilder<One | null, ThrowOnError> {
    this.isMaybeSingle = true;
    return this as unknown as PostgrestBuilder<One | null, ThrowOnError>;
  }

  /** Brings the rows as one CSV text with a header line. */
  csv(): PostgrestBuilder<string, ThrowOnError> {
    this.draft = recordMedia(this.draft, { kind: "csv" });
    return this as unknown as PostgrestBuilder<string, ThrowOnError>;
  }

  /** Brings the rows as a GeoJSON feature collection; needs PostGIS. */
  geojson(): PostgrestBuilder<Record<string, unknown>, ThrowOnError> {
    this.draft = recordMedia(this.draft, { kind: "geojson" });
    return this as unknown as PostgrestBuilder<Record<string, unknown>, ThrowOnError>;
  }

  /** Brings PostgreSQL's plan for the query instead of its rows: `explain (…) …`. */
  explain(
    options: ExplainOptions & { format: "json" },
  ): PostgrestBuilder<Record<string, unknown>[], ThrowOnError>;
  explain(options?: ExplainOptions & { format?: "text" }): PostgrestBuilder<string, ThrowOnError>;
  explain(options: ExplainOptions = {}): PostgrestBuilder<string | Record<string, unknown>[], ThrowOnError> {
    this.draft = recordPlan(this.draft, options);
    return this as unknown as PostgrestBuilder<string | Record<string, unknown>[], ThrowOnError>;
  }

  /** Runs the call and rolls it back: the answer is what it would have been. */
  rollback(): this {
    this.draft = preferring(this.draft, { transaction: "rollback" });
    return this;
  }

  /** Refuses, and rolls back, a change of more rows than this. */
  maxAffected(rows: number): this {
    const number = wholeNumber("maxAffected", rows);
    // Of two preferences of a kind the first counts.
    this.draft = number.ok
      ? preferring(this.draft, {
          handling: "strict",
          maxAffected: this.draft.request.preferences.maxAffected ?? number.value,
        })
      : failDraft(this.draft, number.error);
    return this;
  }

  /** @deprecated Use `overrideTypes`. Changes the type of the result, nothing else. */
  override returns<NewResult>(): PostgrestTransformBuilder<Overridden<Result, NewResult>, ThrowOnError> {
    return this as unknown as PostgrestTransformBuilder<Overridden<Result, NewResult>, ThrowOnError>;
  }
}
