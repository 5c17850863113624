import type { ColumnName } from "../types/column.ts";
import type { GenericSchema } from "../types/database.ts";
import type { Exact, InsertOf, NoList, RowOfRelation, UpdateOf } from "../types/exact.ts";
import type { CheckedSelect, SelectColumns, SelectText } from "../types/select-columns.ts";
import type { SelectResult } from "../types/select-result.ts";
import type { RequestError } from "../errors/request-error.ts";
import type { ClientSettings } from "./client-settings.ts";
import { failDraft, startDraft, type Draft } from "./draft.ts";
import { givenOptions } from "./given-options.ts";
import { PostgrestFilterBuilder } from "./postgrest-filter-builder.ts";
import { recordCount, recordSelect } from "./record-select.ts";
import type { SharedHeaders } from "./shared-headers.ts";
import {
  startDelete,
  startInsert,
  startUpdate,
  startUpsert,
  type CountOption,
  type InsertOptions,
  type Target,
  type UpdateOptions,
  type UpsertOptions,
} from "./start-mutation.ts";

/** Options of `select` on a table. */
export interface SelectOptions extends CountOption {
  /** Brings no rows, only the count that `count` asks for. */
  head?: boolean | undefined;
}

/**
 * A table or view, before it is said what to do with it. It keeps nothing of the calls that begin
 * here, so one can be kept and used many times.
 *
 * @example
 * ```ts
 * import { createClient } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const profiles = supabase.from("profiles");
 * const { data } = await profiles.select("id, email");
 * const { count } = await profiles.select("*", { count: "exact", head: true });
 * console.log(data, count);
 * ```
 */
export class PostgrestQueryBuilder<
  ClientOptions,
  Schema extends GenericSchema,
  Relation,
  RelationName = unknown,
  Relationships = Relation extends { Relationships: infer R } ? R : unknown,
> {
  /** The schema of the relation; undefined is the first exposed one. */
  schema: string | undefined;
  /** Whether a failed read may be tried again. */
  retry: boolean | undefined;
  private readonly relation: string;
  private readonly settings: ClientSettings;
  private readonly sharedHeaders: SharedHeaders;

  constructor(relation: string, settings: ClientSettings) {
    this.relation = relation;
    this.settings = settings;
    this.sharedHeaders = settings.headers.share();
    this.schema = settings.schema;
    this.retry = settings.retry;
  }

  /** Sent with every call that begins here. */
  get headers(): Headers {
    return this.sharedHeaders.own;
  }

  /**
   * Reads rows: `select columns from relation`. Columns are separated by commas and may be renamed
   * (`name:full_name`), cast (`id::text`), JSON paths (`data->>key`) or embeds (`reports(id)`). A list of such items,
   * which supabase-js does not have, stands for the text that joins them.
   *
   * With a `Database` type the text decides the rows' type, and what is wrong in it is an error of the compiler here.
   * `select<string, Row>(text)` takes a text whose rows only you know.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { data, count } = await supabase
   *   .from("profiles")
   *   .select("email, reports(id, report_type)", { count: "exact" });
   * console.log(data, count);
   * ```
   */
  select<
    const Columns extends SelectColumns<RowOfRelation<Relation>> = "*",
    NewRow = SelectResult<Schema, RowOfRelation<Relation>, RelationName, Relationships, SelectText<Columns>>,
  >(
    columns?: CheckedSelect<Columns, NewRow, RowOfRelation<Relation>>,
    options?: SelectOptions,
  ): PostgrestFilterBuilder<
    ClientOptions,
    Schema,
    RowOfRelation<Relation>,
    NewRow[],
    RelationName,
    Relationships,
    "GET",
    false,
    SelectText<Columns>
  > {
    const { relation, schema } = this.target();
    const { options: given, error } = givenOptions("select", options);
    const read = startDraft({ kind: "read", relation, headersOnly: given.head ?? false }, schema);
    return this.begin(recordCount(recordSelect(read, columns), given.count), error);
  }

  /**
   * Inserts one row or many: `insert into relation …`. In a list, a column that any row has is
   * written for all of them.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { error } = await supabase
   *   .from("profiles")
   *   .insert([{ email: "ada@example.com" }, { email: "grace@example.com" }]);
   * console.log(error);
   * ```
   */
  insert<Row extends InsertOf<Relation>>(
    values: Exact<InsertOf<Relation>, Row> | readonly Exact<InsertOf<Relation>, Row>[],
    options?: InsertOptions,
  ): PostgrestFilterBuilder<
    ClientOptions,
    Schema,
    RowOfRelation<Relation>,
    null,
    RelationName,
    Relationships,
    "POST"
  > {
    const { options: given, error } = givenOptions("insert", options);
    return this.begin(startInsert(this.target(), values, given), error);
  }

  /**
   * Inserts rows, and changes those that are there already: `insert … on conflict … do update`.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { data } = await supabase
   *   .from("profiles")
   *   .upsert({ email: "ada@example.com", full_name: "Ada Byron" }, { onConflict: "email" })
   *   .select("id");
   * console.log(data);
   * ```
   */
  upsert<Row extends InsertOf<Relation>>(
    values: Exact<InsertOf<Relation>, Row> | readonly Exact<InsertOf<Relation>, Row>[],
    options?: UpsertOptions<ColumnName<Relation>>,
  ): PostgrestFilterBuilder<
    ClientOptions,
    Schema,
    RowOfRelation<Relation>,
    null,
    RelationName,
    Relationships,
    "POST"
  > {
    const { options: given, error } = givenOptions<UpsertOptions>("upsert", options);
    return this.begin(startUpsert(this.target(), values, given), error);
  }

  /**
   * Changes the rows that the filters keep: `update relation set … where …`. Without a filter it
   * changes all rows. A list of rows with `by`, which supabase-js does not have, changes each row's
   * own values in one statement: `update … from (rows) where relation.id = rows.id`.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { error } = await supabase
   *   .from("profiles")
   *   .update({ full_name: "Ada Lovelace" })
   *   .eq("email", "ada@example.com");
   * const many = [
   *   { id: 1, tier: "pro" },
   *   { id: 2, tier: "free" },
   * ];
   * console.log(error, await supabase.from("subscriptions").update(many, { by: "id" }));
   * ```
   */
  update<Row extends UpdateOf<Relation>>(
    values: Exact<UpdateOf<Relation>, Row> & NoList,
    options?: CountOption,
  ): PostgrestFilterBuilder<
    ClientOptions,
    Schema,
    RowOfRelation<Relation>,
    null,
    RelationName,
    Relationships,
    "PATCH"
  >;
  update<Row extends UpdateOf<Relation>>(
    values: readonly Exact<UpdateOf<Relation>, Row>[],
    options: UpdateOptions<ColumnName<Relation>>,
  ): PostgrestFilterBuilder<
    ClientOptions,
    Schema,
    RowOfRelation<Relation>,
    null,
    RelationName,
    Relationships,
    "PATCH"
  >;
  update(
    values: unknown,
    options?: UpdateOptions,
  ): PostgrestFilterBuilder<
    ClientOptions,
    Schema,
    RowOfRelation<Relation>,
    null,
    RelationName,
    Relationships,
    "PATCH"
  > {
    const { options: given, error } = givenOptions("update", options);
    return this.begin(startUpdate(this.target(), values, given), error);
  }

  /**
   * Deletes the rows that the filters keep: `delete from relation where …`. Without a filter it
   * deletes all rows.
   *
   * @example
   * ```ts
   * import { createClient } from "@offramp/supabase-shim";
   *
   * const supabase = createClient("postgres://localhost/clinic", "service-key");
   * const { count } = await supabase
   *   .from("reports")
   *   .delete({ count: "exact" })
   *   .lt("created_at", new Date("2020-01-01"));
   * console.log(count);
   * ```
   */
  delete(
    options?: CountOption,
  ): PostgrestFilterBuilder<
    ClientOptions,
    Schema,
    RowOfRelation<Relation>,
    null,
    RelationName,
    Relationships,
    "DELETE"
  > {
    const { options: given, error } = givenOptions("delete", options);
    return this.begin(startDelete(this.target(), given), error);
  }

  private target(): Target {
    return { relation: this.relation, schema: this.schema };
  }

  /** What comes back is typed where the call begins. */
  private begin(draft: Draft, error: RequestError | undefined): never {
    const { sharedHeaders: headers, retry } = this;
    const begun = error === undefined ? draft : failDraft(draft, error);
    return new PostgrestFilterBuilder(begun, { ...this.settings, headers, retry }) as never;
  }
}
