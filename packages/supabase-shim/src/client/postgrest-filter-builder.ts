import type { Anything } from "../types/any.ts";
import type { ColumnNames } from "../types/column-names.ts";
import type { ColumnArgument, ColumnType, NullableColumn } from "../types/column.ts";
import type { Scope } from "../types/scope.ts";
import type { GenericSchema } from "../types/database.ts";
import type { MatchColumns } from "../types/match-columns.ts";
import type { NotNullResult } from "../types/narrow.ts";
import type { Comparand, Operand } from "../types/operand.ts";
import type { CheckedSelect, SelectColumns, SelectedRows, SelectText } from "../types/select-columns.ts";
import type { SelectResult } from "../types/select-result.ts";
import type { Stripped } from "../types/stripped.ts";
import {
  comparison,
  containment,
  distinctness,
  identity,
  membership,
  quantified,
  textSearch,
  written,
  writtenNot,
  type ConditionAt,
  type TextSearchOptions,
} from "./condition.ts";
import type { EmbedOption } from "./embed-place.ts";
import type { OrCondition, OrOperator } from "./or-condition.ts";
import { PostgrestTransformBuilder } from "./postgrest-transform-builder.ts";
import { recordFilter, recordMatch, recordOr } from "./record-filter.ts";

/** PostgREST's operators, as `filter` and `not` take them: these, or one with a modifier such as `eq(any)`. */
export type FilterOperator = OrOperator | `not.${OrOperator}` | RangeOperator | (string & {});

type RangeOperator = "sl" | "sr" | "nxl" | "nxr" | "adj";

/**
 * A query that filters can be added to. Filters are joined by AND. A column is named as it is in
 * the table, with a path into JSON (`data->>key`), or in an embed (`embed.column`). Each step
 * changes this builder and returns it.
 *
 * @example
 * ```ts
 * import { createClient } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const { data } = await supabase
 *   .from("metabolic_tests")
 *   .select("id, vo2_max, profiles!inner(full_name)")
 *   .gte("vo2_max", 40)
 *   .eq("profiles.email", "ada@example.com");
 * console.log(data);
 * ```
 */
export class PostgrestFilterBuilder<
  ClientOptions = Anything,
  Schema extends GenericSchema = Anything,
  Row = Anything,
  Result = Anything,
  RelationName = Anything,
  Relationships = Anything,
  Method = Anything,
  ThrowOnError extends boolean = false,
  Query = Anything,
> extends PostgrestTransformBuilder<
  ClientOptions,
  Schema,
  Row,
  Result,
  RelationName,
  Relationships,
  Method,
  ThrowOnError,
  Query
> {
  override throwOnError(): PostgrestFilterBuilder<
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

  override stripNulls(): PostgrestFilterBuilder<
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

  /**
   * Brings the changed rows back: `returning …`. After `rpc()` it picks columns of its rows.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { data } = await supabase
   *   .from("profiles")
   *   .insert({ email: "ada@example.com" })
   *   .select("id")
   *   .single();
   * console.log(data);
   * ```
   */
  override select<
    const Columns extends SelectColumns<Row> = "*",
    NewRow = SelectResult<Schema, Row, RelationName, Relationships, SelectText<Columns>>,
  >(
    columns?: CheckedSelect<Columns, NewRow, Row>,
  ): PostgrestFilterBuilder<
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
    super.select<Columns, NewRow>(columns);
    return this as never;
  }

  /**
   * Keeps rows whose column equals the value: `column = value`. A null equals nothing; use `is`.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * await supabase.from("subscriptions").update({ status: "paused" }).eq("id", 7);
   * ```
   */
  eq<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: NoInfer<
      NonNullable<Operand<ColumnType<Scope<Schema, Row, RelationName, Relationships, Query>, Column>>>
    >,
  ): this {
    return this.where("eq", column, comparison("eq", value));
  }

  /** Keeps rows whose column is another value: `column <> value`. Rows with null are left out. */
  neq<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: NoInfer<Operand<ColumnType<Scope<Schema, Row, RelationName, Relationships, Query>, Column>>>,
  ): this {
    return this.where("neq", column, comparison("neq", value));
  }

  /** Keeps rows above the value: `column > value`. */
  gt<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: NoInfer<Comparand<ColumnType<Scope<Schema, Row, RelationName, Relationships, Query>, Column>>>,
  ): this {
    return this.where("gt", column, comparison("gt", value));
  }

  /** Keeps rows at or above the value: `column >= value`. */
  gte<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: NoInfer<Comparand<ColumnType<Scope<Schema, Row, RelationName, Relationships, Query>, Column>>>,
  ): this {
    return this.where("gte", column, comparison("gte", value));
  }

  /** Keeps rows below the value: `column < value`. */
  lt<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: NoInfer<Comparand<ColumnType<Scope<Schema, Row, RelationName, Relationships, Query>, Column>>>,
  ): this {
    return this.where("lt", column, comparison("lt", value));
  }

  /** Keeps rows at or below the value: `column <= value`. */
  lte<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: NoInfer<Comparand<ColumnType<Scope<Schema, Row, RelationName, Relationships, Query>, Column>>>,
  ): this {
    return this.where("lte", column, comparison("lte", value));
  }

  /** Keeps rows that match the pattern: `column like pattern`. `*` stands for `%`. */
  like<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    pattern: string,
  ): this {
    return this.where("like", column, comparison("like", pattern));
  }

  /** Keeps rows that match every pattern: `column like all (patterns)`. */
  likeAllOf<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    patterns: readonly string[],
  ): this {
    return this.where("likeAllOf", column, quantified("like", "all", patterns));
  }

  /** Keeps rows that match one of the patterns: `column like any (patterns)`. */
  likeAnyOf<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    patterns: readonly string[],
  ): this {
    return this.where("likeAnyOf", column, quantified("like", "any", patterns));
  }

  /** Keeps rows that match the pattern in any case: `column ilike pattern`. */
  ilike<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    pattern: string,
  ): this {
    return this.where("ilike", column, comparison("ilike", pattern));
  }

  /** Keeps rows that match every pattern in any case: `column ilike all (patterns)`. */
  ilikeAllOf<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    patterns: readonly string[],
  ): this {
    return this.where("ilikeAllOf", column, quantified("ilike", "all", patterns));
  }

  /** Keeps rows that match one of the patterns in any case: `column ilike any (patterns)`. */
  ilikeAnyOf<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    patterns: readonly string[],
  ): this {
    return this.where("ilikeAnyOf", column, quantified("ilike", "any", patterns));
  }

  /** Keeps rows that match the regular expression: `column ~ pattern`. */
  regexMatch<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    pattern: string,
  ): this {
    return this.where("regexMatch", column, comparison("match", pattern));
  }

  /** Keeps rows that match the regular expression in any case: `column ~* pattern`. */
  regexIMatch<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    pattern: string,
  ): this {
    return this.where("regexIMatch", column, comparison("imatch", pattern));
  }

  /** Keeps rows whose column is null, true or false: `column is null`. */
  is<Column extends string>(
    column: NullableColumn<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: boolean | null | "null" | "not_null" | "true" | "false" | "unknown",
  ): this {
    return this.where("is", column, identity(value));
  }

  /** Keeps rows with another value, null being a value: `column is distinct from value`. */
  isDistinct<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: NoInfer<Operand<ColumnType<Scope<Schema, Row, RelationName, Relationships, Query>, Column>>>,
  ): this {
    return this.where("isDistinct", column, distinctness(value));
  }

  /** Keeps rows whose column is one of the values: `column = any (values)`. Any number of them. */
  in<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    values: readonly NoInfer<
      Operand<ColumnType<Scope<Schema, Row, RelationName, Relationships, Query>, Column>>
    >[],
  ): this {
    return this.where("in", column, membership(values, false));
  }

  /** Keeps rows whose column is none of the values: `not column = any (values)`. */
  notIn<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    values: readonly NoInfer<
      Operand<ColumnType<Scope<Schema, Row, RelationName, Relationships, Query>, Column>>
    >[],
  ): this {
    return this.where("notIn", column, membership(values, true));
  }

  /** Keeps rows whose array, JSON or range contains the value: `column @> value`. */
  contains<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: string | readonly unknown[] | Record<string, unknown>,
  ): this {
    return this.where("contains", column, containment("cs", value));
  }

  /** Keeps rows whose array, JSON or range is contained in the value: `column <@ value`. */
  containedBy<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: string | readonly unknown[] | Record<string, unknown>,
  ): this {
    return this.where("containedBy", column, containment("cd", value));
  }

  /** Keeps rows whose range lies wholly after this one: `column >> range`. */
  rangeGt<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    range: string,
  ): this {
    return this.where("rangeGt", column, comparison("sr", range));
  }

  /** Keeps rows whose range does not begin before this one: `column &> range`. */
  rangeGte<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    range: string,
  ): this {
    return this.where("rangeGte", column, comparison("nxl", range));
  }

  /** Keeps rows whose range lies wholly before this one: `column << range`. */
  rangeLt<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    range: string,
  ): this {
    return this.where("rangeLt", column, comparison("sl", range));
  }

  /** Keeps rows whose range does not end after this one: `column &< range`. */
  rangeLte<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    range: string,
  ): this {
    return this.where("rangeLte", column, comparison("nxr", range));
  }

  /** Keeps rows whose range touches this one without overlap: `column -|- range`. */
  rangeAdjacent<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    range: string,
  ): this {
    return this.where("rangeAdjacent", column, comparison("adj", range));
  }

  /** Keeps rows whose array or range has something in common with the value: `column && value`. */
  overlaps<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    value: string | readonly unknown[],
  ): this {
    return this.where("overlaps", column, containment("ov", value));
  }

  /** Keeps rows that the words are found in: `column @@ to_tsquery(query)`. */
  textSearch<Column extends string>(
    column: ColumnArgument<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    query: string,
    options?: TextSearchOptions,
  ): this {
    return this.where("textSearch", column, textSearch(query, options));
  }

  /** Keeps rows that equal every entry: `a = 1 and b = 2`. Entries with undefined are left out. */
  match<Columns extends { [Name in keyof Row]?: unknown } | object>(
    query: MatchColumns<Scope<Schema, Row, RelationName, Relationships, Query>, Columns>,
  ): this {
    this.draft = recordMatch(this.draft, query);
    return this;
  }

  /** Keeps rows that a condition, in PostgREST's operators, does not hold for: `not column …`. */
  not<Column extends string>(
    column: NullableColumn<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    operator: "is",
    value: null,
  ): PostgrestFilterBuilder<
    ClientOptions,
    Schema,
    Row,
    NotNullResult<Result, Column>,
    RelationName,
    Relationships,
    Method,
    ThrowOnError,
    Query
  > &
    this;
  not<Column extends string>(
    column: NullableColumn<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    operator: FilterOperator,
    value: unknown,
  ): this;
  not(column: string, operator: unknown, value: unknown): unknown {
    return this.where("not", column, writtenNot(operator, value));
  }

  /**
   * Keeps rows that one of the conditions holds for: `(a or b)`. As a text they are PostgREST's; as a
   * list, which supabase-js does not have, values from outside can contain anything and change nothing.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const words = process.argv[2] ?? "";
   * const { data } = await supabase
   *   .from("profiles")
   *   .select("id")
   *   .or("full_name.is.null,and(mfa_enabled.is.true,email.like.*@example.com)")
   *   .or([
   *     { column: "full_name", operator: "ilike", value: `%${words}%` },
   *     { column: "email", operator: "eq", value: words },
   *   ]);
   * console.log(data);
   * ```
   */
  or<const Embed extends string = never>(
    filters:
      | string
      | readonly OrCondition<
          ColumnNames<Scope<Schema, Row, RelationName, Relationships, Query>, NoInfer<Embed>>
        >[],
    options?: EmbedOption<Embed>,
  ): this {
    this.draft = recordOr(this.draft, filters, options);
    return this;
  }

  /** Keeps rows that a condition in PostgREST's operators holds for, such as `not.in` or `eq(any)`. */
  filter<Column extends string>(
    column: NullableColumn<Scope<Schema, Row, RelationName, Relationships, Query>, Column>,
    operator: FilterOperator,
    value: unknown,
  ): this {
    return this.where("filter", column, written(operator, value));
  }

  private where(method: string, column: string, condition: ConditionAt): this {
    this.draft = recordFilter(this.draft, { method, name: column }, condition);
    return this;
  }
}
