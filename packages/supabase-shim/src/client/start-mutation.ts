import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import type { Preferences } from "../request/index.ts";
import { parseColumns } from "../syntax/index.ts";
import { failDraft, preferring, startDraft, type Draft } from "./draft.ts";
import { recordCount } from "./record-select.ts";
import { columnsOfRows, haveSameKeys, unlikeObjects, unwritten, writePayload } from "./write-payload.ts";

/** The table or view that a mutation changes. */
export interface Target {
  readonly relation: string;
  readonly schema: string | undefined;
}

/** Options of `update` and `delete`. */
export interface CountOption {
  /** Which count comes back: of the rows, or the planner's estimate of it. */
  count?: "exact" | "planned" | "estimated" | (string & {}) | undefined;
}

/** Options of `update`. */
export interface UpdateOptions<Column extends string = string> extends CountOption {
  /** For a list of rows: the column, or columns, by which each row finds what it changes. */
  by?: Column | readonly Column[] | undefined;
}

/** Options of `insert`. */
export interface InsertOptions extends CountOption {
  /** Whether a column that a row leaves out becomes null (the default) or takes its own default. */
  defaultToNull?: boolean | undefined;
}

/** Options of `upsert`. */
export interface UpsertOptions<Column extends string = string> extends InsertOptions {
  /** The unique columns that tell an existing row, separated by commas; by default the primary key. */
  onConflict?: Column | (string & {}) | undefined;
  /** Leaves existing rows as they are instead of changing them. */
  ignoreDuplicates?: boolean | undefined;
}

export function startInsert(target: Target, values: unknown, options: InsertOptions): Draft {
  return insertDraft(target, values, { method: "insert", options });
}

export function startUpsert(target: Target, values: unknown, options: UpsertOptions): Draft {
  const { onConflict, ignoreDuplicates = false } = options;
  const columns = conflictColumns(onConflict);
  const draft = preferring(
    insertDraft(target, values, {
      method: "upsert",
      options,
      onConflict: columns.ok ? columns.value : undefined,
    }),
    { resolution: ignoreDuplicates ? "ignore-duplicates" : "merge-duplicates" },
  );
  return columns.ok ? draft : failDraft(draft, columns.error);
}

/** Undefined is the primary key. A list of names is taken as well, as supabase-js happens to do. */
function conflictColumns(given: unknown): Result<readonly string[] | undefined, RequestError> {
  if (given === undefined) return ok(undefined);
  const names: readonly unknown[] = [given ?? []].flat();
  if (names.every((name) => typeof name === "string")) return parseColumns(names.join(","), "on_conflict");
  return err(notNames("onConflict", names));
}

function notNames(option: string, names: readonly unknown[]): RequestError {
  const other = names.find((name) => typeof name !== "string");
  return {
    kind: "invalidValue",
    message: `The option ${option} takes column names, but was given a ${typeof other}.`,
    hint: "Give the names of the unique columns as texts.",
  };
}

export function startUpdate(target: Target, values: unknown, options: UpdateOptions): Draft {
  const written = writePayload("update", values);
  const payload = written.ok ? written.value : unwritten;
  const by = matchedBy(options.by);
  const matching = by.ok && by.value !== undefined ? { by: by.value } : {};
  const draft = recordCount(
    startDraft({ kind: "update", relation: target.relation, payload, ...matching }, target.schema),
    options.count,
  );
  if (!by.ok) return failDraft(draft, by.error);
  if (!written.ok) return failDraft(draft, written.error);
  const uneven = Array.isArray(values) && !haveSameKeys(values, payload);
  return uneven ? failDraft(draft, unlikeObjects) : draft;
}

function matchedBy(by: unknown): Result<readonly string[] | undefined, RequestError> {
  if (by === undefined) return ok(undefined);
  const names: readonly unknown[] = [by].flat();
  return names.every((name) => typeof name === "string") ? ok(names) : err(notNames("by", names));
}

export function startDelete(target: Target, options: CountOption): Draft {
  return recordCount(startDraft({ kind: "delete", relation: target.relation }, target.schema), options.count);
}

interface InsertKind {
  readonly method: "insert" | "upsert";
  readonly options: InsertOptions;
  readonly onConflict?: readonly string[] | undefined;
}

function insertDraft(target: Target, values: unknown, kind: InsertKind): Draft {
  const { method, options, onConflict } = kind;
  const written = writePayload(method, values);
  const columns = written.ok && Array.isArray(values) ? columnsOfRows(values, written.value) : [];
  const draft = startDraft(
    {
      kind: "insert",
      relation: target.relation,
      payload: written.ok ? written.value : unwritten,
      ...(columns.length === 0 ? {} : { columns }),
      ...(onConflict === undefined ? {} : { onConflict }),
    },
    target.schema,
  );
  const complete = preferring(recordCount(draft, options.count), missingPreference(options));
  return written.ok ? complete : failDraft(complete, written.error);
}

function missingPreference({ defaultToNull = true }: InsertOptions): Preferences {
  return defaultToNull ? {} : { missing: "default" };
}
