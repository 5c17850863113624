import { Column, is, Name, Param, Placeholder, SQL, StringChunk, Subquery, Table, View } from "drizzle-orm";
import { PgCountBuilder } from "drizzle-orm/pg-core/query-builders/count";
import type { AnySession } from "./any-driver.ts";
import { type RelationName, tableColumns, tableName, viewName } from "./drizzle-names.ts";
import { type Origin, originOf, type SelectConfig } from "./origin.ts";
import type { PhiMap, PhiRelation } from "./phi-map.ts";
import { readText } from "./text-words.ts";

/** The PHI that a statement touches, found by walking what it was built from. */
export class Touched {
  readonly #map: PhiMap;
  readonly #present = new Set<PhiRelation>();
  readonly #columns = new Map<PhiRelation, Set<string>>();
  #opaque = false;
  #hidden = false;
  #aggregates = false;

  constructor(map: PhiMap) {
    this.#map = map;
  }

  /** Part of the statement reads what nobody can see: a query, or a function that is not PostgreSQL's own, as text. */
  get hidden(): boolean {
    return this.#hidden;
  }

  get aggregates(): boolean {
    return this.#aggregates;
  }

  /** The PHI columns by relation. Text that names something counts as all PHI of the statement's relations. */
  get columns(): ReadonlyMap<PhiRelation, ReadonlySet<string>> {
    if (!this.#opaque) return this.#columns;
    return new Map([...this.#present].map((relation) => [relation, relation.columns]));
  }

  touches(relation: PhiRelation): boolean {
    return this.columns.has(relation);
  }

  origin(origin: Origin): void {
    switch (origin.kind) {
      case "select":
        return this.select(origin.config);
      case "insert": {
        const { table, values, select, onConflict, returning, withList } = origin.config;
        this.#source(table);
        if (select === true) this.visit(values);
        else for (const row of values as readonly Record<string, unknown>[]) this.#assigned(table, row);
        return this.visit([onConflict, returning?.map(({ field }) => field), withList]);
      }
      case "update": {
        const { table, set, from, joins, where, returning, withList } = origin.config;
        this.#source(table);
        this.#assigned(table, set);
        if (from !== undefined) this.#source(from);
        for (const join of joins) this.#join(join);
        return this.visit([where, returning?.map(({ field }) => field), withList]);
      }
      case "delete": {
        const { table, where, returning, withList } = origin.config;
        this.#source(table);
        this.#whole(tableName(table));
        return this.visit([where, returning?.map(({ field }) => field), withList]);
      }
      case "relational":
        return this.select(origin.select);
      case "refresh":
        return;
    }
  }

  select(config: SelectConfig): void {
    this.#source(config.table);
    for (const join of config.joins ?? []) this.#join(join);
    this.visit(config.fieldsFlat?.map(({ field }) => field) ?? config.fields);
    const { where, having, orderBy, groupBy, distinct, limit, offset, withList } = config;
    this.visit([where, having, orderBy, groupBy, limit, offset, withList]);
    if (typeof distinct === "object") this.visit(distinct.on);
    for (const operator of config.setOperators) this.visit([operator.rightSelect, operator.orderBy]);
  }

  /** Any part of a statement: a column, a fragment, a subquery, or a list or record of these. */
  visit(part: unknown): void {
    if (part === null || typeof part !== "object" || is(part, Name) || is(part, Placeholder)) return;
    if (is(part, Column)) return this.#column(part);
    if (is(part, StringChunk)) return this.#text(part.value.join(""));
    if (is(part, PgCountBuilder)) return this.#count(part);
    if (is(part, SQL)) return this.#sql(part);
    if (is(part, SQL.Aliased)) return this.visit(part.sql);
    if (is(part, Subquery)) return this.visit(part._.sql);
    if (is(part, Table)) return this.#whole(tableName(part));
    if (is(part, View)) return this.#whole(viewName(part));
    if (is(part, Param)) return this.visit(is(part.value, SQL) ? part.value : undefined);
    if (Array.isArray(part)) return part.forEach((member) => this.visit(member));
    if ("getSQL" in part && typeof part.getSQL === "function") return this.visit(part.getSQL());
    if (Object.getPrototypeOf(part) === Object.prototype)
      Object.values(part).forEach((member) => this.visit(member));
  }

  #sql(sql: SQL): void {
    const origin = originOf(sql);
    if (origin === undefined) return sql.queryChunks.forEach((chunk) => this.visit(chunk));
    // A change inside another statement has rows of its own that no trace would follow.
    if (origin.kind !== "select" && origin.kind !== "relational") this.#hidden = true;
    this.origin(origin);
  }

  /** `$count()` is text around a table and a filter, and shows neither. */
  #count(count: PgCountBuilder<AnySession>): void {
    const { source, filters } = (count as unknown as { params: { source: unknown; filters?: unknown } })
      .params;
    this.#source(source);
    this.visit(filters);
  }

  #join(join: { readonly table: unknown; readonly on: unknown }): void {
    this.#source(join.table);
    this.visit(join.on);
  }

  /** What is read from: a table is there, and touched only by what is taken of it. */
  #source(source: unknown): void {
    if (is(source, Table)) this.#presence(tableName(source));
    else if (is(source, View)) this.#presence(viewName(source));
    else this.visit(source);
  }

  #presence(name: RelationName): void {
    const relation = this.#map.find(name.schema, name.name);
    if (relation !== undefined) this.#present.add(relation);
  }

  #assigned(table: Table, values: Readonly<Record<string, unknown>>): void {
    const columns = tableColumns(table);
    for (const [key, value] of Object.entries(values)) {
      const column = columns[key];
      if (column !== undefined && value !== undefined) this.#column(column);
      this.visit(value);
    }
  }

  #column(column: Column): void {
    const { table } = column;
    const name = is(table, View) ? viewName(table) : tableName(table);
    const relation = this.#map.find(name.schema, name.name);
    if (relation === undefined) return;
    this.#present.add(relation);
    if (relation.columns.has(column.name)) this.#touch(relation, [column.name]);
  }

  #whole(name: RelationName): void {
    const relation = this.#map.find(name.schema, name.name);
    if (relation !== undefined) this.#touch(relation, relation.columns);
  }

  #touch(relation: PhiRelation, columns: Iterable<string>): void {
    this.#present.add(relation);
    const known = this.#columns.get(relation) ?? new Set();
    for (const column of columns) known.add(column);
    this.#columns.set(relation, known);
  }

  #text(text: string): void {
    const { hidden, names, aggregates } = readText(text, this.#map.functions);
    this.#hidden ||= hidden;
    this.#opaque ||= names;
    this.#aggregates ||= aggregates;
  }
}
