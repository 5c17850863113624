import { err, ok, type PlanError, type Result } from "../errors/index.ts";
import type { ColumnEncryption, Table } from "../schema-cache/index.ts";
import type { Param } from "./param.ts";
import type { PlanContext } from "./plan-context.ts";
import type { Condition } from "./condition.ts";
import { searchEncrypted } from "./passes/read-encrypted.ts";
import type { RowKeyColumn, RowSource, SealedWrite, TokenSearch } from "./plan-encryption.ts";
import type { ConflictPlan, Mutation, PayloadColumn, PayloadPlan } from "./plan.ts";

type Insert = Extract<Mutation, { kind: "insert" }>;
type Update = Extract<Mutation, { kind: "update" }>;

/** A mutation whose payload is encrypted before it is sent; without `write` it has nothing to encrypt. */
interface SealedMutation {
  readonly mutation: Mutation;
  readonly write?: SealedWrite;
}

interface EncryptedMutation extends SealedMutation {
  readonly searches: readonly TokenSearch[];
}

/** A mutation of a table with encrypted columns: what it searches for, and what it writes. */
export function encryptMutation(
  context: PlanContext,
  table: Table,
  mutation: Mutation,
): Result<EncryptedMutation, PlanError> {
  if (!table.encrypted) return ok({ mutation, searches: [] });
  // The filters of a PUT are on the key, which is never encrypted.
  if (mutation.kind === "insert") {
    const written = writeEncrypted(context, table, mutation);
    return written.ok ? ok({ ...written.value, searches: [] }) : written;
  }
  const searched = searchEncrypted(table, mutation.where);
  if (!searched.ok) return searched;
  const { conditions, searches } = searched.value;
  const written = writeEncrypted(context, table, { ...mutation, where: conditions });
  return written.ok ? ok({ ...written.value, searches }) : written;
}

/**
 * Has each row of a payload carry the key of the row that it is written to, because its encrypted values are bound to it.
 * A key that the database would generate is made beforehand; an update that does not name its rows by key becomes one by
 * key, after a statement that looks for them.
 */
function writeEncrypted(
  context: PlanContext,
  table: Table,
  mutation: Mutation,
): Result<SealedMutation, PlanError> {
  if (mutation.kind === "delete") return ok({ mutation });
  const columns = writtenColumns(table, mutation.payload);
  const anyColumn = [...table.columns.values()].find(
    ({ encryption }) => encryption !== undefined,
  )?.encryption;
  const encryption = [...columns.values()][0] ?? anyColumn;
  if (encryption === undefined) return ok({ mutation });
  // A value that is not written is not sent in the clear either.
  const unsent = columns.size === 0 && mayHaveUnwritten(context, table);
  const rowKey = unsent ? [] : encryption.rowKey;
  if (rowKey === undefined) {
    return columns.size === 0
      ? ok({ mutation })
      : refused(
          encryption,
          "is written through a view without the key of its row",
          "Write to the table itself.",
        );
  }
  const count = { kind: "operand", slot: context.operands.values.length, encoding: "text" } as const;
  const written = { table, encryption, columns, rowKey, count };
  if (unsent) return sealed(written, { mutation, key: [], rows: { kind: "payload" } });
  return mutation.kind === "insert" ? insert(written, mutation) : update(written, mutation);
}

interface Written {
  readonly table: Table;
  /** A column of the table, for messages. */
  readonly encryption: ColumnEncryption;
  readonly columns: ReadonlyMap<string, ColumnEncryption>;
  readonly rowKey: readonly string[];
  readonly count: Param;
}

function writtenColumns(table: Table, { columns }: PayloadPlan): ReadonlyMap<string, ColumnEncryption> {
  return new Map(
    columns.flatMap(({ name }) => {
      const encryption = table.columns.get(name)?.encryption;
      return encryption === undefined ? [] : [[name, encryption] as const];
    }),
  );
}

/** Whether the payload's rows may have a value of an encrypted column. */
function mayHaveUnwritten({ request: { action } }: PlanContext, { columns }: Table): boolean {
  if (!("payload" in action) || action.payload.kind !== "json") return false;
  const { keys, unread } = action.payload;
  return unread === true || keys.some((name) => columns.get(name)?.encryption !== undefined);
}

function insert(written: Written, mutation: Insert): Result<SealedMutation, PlanError> {
  const { encryption, columns, rowKey } = written;
  const { payload, conflict } = mutation;
  const given = new Set(payload.columns.map(({ name }) => name));
  const byOther = conflict !== undefined && !sameColumns(conflict.target, rowKey) ? conflict : undefined;
  if (byOther?.resolution === "merge" && columns.size === 0 && rowKey.some((name) => given.has(name))) {
    return refused(
      encryption,
      "is bound to the primary key of its row, which this upsert would change",
      `Upsert with onConflict: "${rowKey.join(",")}", or leave the key out.`,
    );
  }
  if (columns.size === 0) return ok({ mutation });
  const searched = byOther?.target.some((name) => columns.has(name)) === true;
  if (byOther !== undefined && (byOther.resolution === "merge" || searched))
    return insertByOther(written, mutation, byOther);
  const key = rowKey.map((name) => keyColumn(written, name, !given.has(name) || payload.missingAsDefault));
  const added = key.filter(({ name, generated }) => generated !== undefined && !given.has(name));
  const keyed = { ...payload, columns: [...payload.columns, ...added.map(payloadColumn)] };
  return sealed(written, {
    mutation: { ...mutation, payload: keyed, keyed: added.length > 0 },
    key,
    rows: { kind: "payload" },
  });
}

/**
 * An upsert on other columns than the key first looks for the rows that these mean, and then is one on the key. Where a row
 * of another transaction comes in between, PostgreSQL refuses it as a duplicate, and the call looks again.
 */
function insertByOther(
  written: Written,
  mutation: Insert,
  { target, resolution }: ConflictPlan,
): Result<SealedMutation, PlanError> {
  const { table, encryption, rowKey } = written;
  const { payload } = mutation;
  const byName = new Map(payload.columns.map((column) => [column.name, column]));
  const unknown = target.find((name) => byName.get(name)?.transform !== undefined || !byName.has(name));
  const unsearchable = target.find((name) => table.columns.get(name)?.encryption?.searchable === false);
  const impossible = table.isView
    ? "Write to the table itself."
    : unknown !== undefined
      ? `Give each row its ${unknown}, or upsert with onConflict: "${rowKey.join(",")}".`
      : unsearchable !== undefined
        ? `Declare ${unsearchable} with searchable: "equality", or upsert with onConflict: "${rowKey.join(",")}".`
        : undefined;
  if (impossible !== undefined) {
    return refused(
      encryption,
      "is bound to the primary key of its row, which this upsert on other columns does not know",
      impossible,
    );
  }
  const key = rowKey.map((name) => keyColumn(written, name, true));
  const added = key.filter(({ name }) => !byName.has(name));
  const keyed = { ...payload, columns: [...payload.columns, ...added.map(payloadColumn)] };
  const columns = target.map((name) => {
    const sqlType = byName.get(name)?.type ?? "text";
    const own = table.columns.get(name)?.encryption;
    return own === undefined ? { name, sqlType } : { name, sqlType, encryption: own };
  });
  return sealed(written, {
    mutation: {
      ...mutation,
      payload: keyed,
      keyed: added.length > 0,
      conflict: { target: rowKey, resolution, keeps: rowKey },
    },
    key,
    rows: { kind: "conflict", columns },
  });
}

function update(written: Written, mutation: Update): Result<SealedMutation, PlanError> {
  const { encryption, columns, rowKey } = written;
  const { payload, by } = mutation;
  const changesKey = payload.columns.some(({ name }) => rowKey.includes(name) && !by.includes(name));
  if (changesKey) {
    return refused(
      encryption,
      "is bound to the primary key of its row, so the key cannot change",
      "Insert the row anew with its other key, and delete this one.",
    );
  }
  if (columns.size === 0) return ok({ mutation });
  if (by.length > 0 && !sameColumns(by, rowKey)) {
    return refused(
      encryption,
      "is bound to the primary key of its row, by which an update of many rows must find them",
      `Update by ${rowKey.join(", ")}.`,
    );
  }
  const key = rowKey.map((name) => keyColumn(written, name, false));
  if (by.length > 0) return sealed(written, { mutation, key, rows: { kind: "payload" } });
  const slots = rowKey.map((name) => pinnedSlot(mutation.where, name));
  const pinned = slots.filter((slot) => slot !== undefined);
  const rows: RowSource =
    pinned.length === slots.length ? { kind: "filters", slots: pinned } : { kind: "lookup" };
  const keyed: PayloadPlan = {
    ...payload,
    shape: "array",
    columns: [...payload.columns, ...key.map(payloadColumn)],
  };
  return sealed(written, { mutation: { ...mutation, payload: keyed, by: rowKey }, key, rows }, payload.shape);
}

function sealed(
  { columns, count }: Written,
  {
    mutation,
    key,
    rows,
  }: { readonly mutation: Insert | Update; readonly key: readonly RowKeyColumn[]; readonly rows: RowSource },
  shape: PayloadPlan["shape"] = mutation.payload.shape,
): Result<SealedMutation, PlanError> {
  const { json } = mutation.payload;
  const names = new Set(mutation.payload.columns.map(({ name }) => name));
  if (json.kind !== "operand") throw new TypeError("A payload is an operand of its request.");
  return ok({ mutation, write: { slot: json.slot, shape, columns, names, rowKey: key, rows, count } });
}

function keyColumn({ table }: Written, name: string, missing: boolean): RowKeyColumn {
  const column = table.columns.get(name);
  const { defaultExpression } = column ?? {};
  const base = { name, type: column?.baseType ?? "text", sqlType: column?.type ?? "text" };
  if (!missing || defaultExpression === undefined) return base;
  const random = /^(?:\w+\.)?(?:gen_random_uuid|uuid_generate_v4)\(\)$/.test(defaultExpression);
  return { ...base, defaultExpression, generated: random ? "uuid" : "database" };
}

function payloadColumn({ name, sqlType }: RowKeyColumn): PayloadColumn {
  return { name, type: sqlType };
}

/** The place of the value that a filter of its own holds the column to. */
function pinnedSlot(where: readonly Condition[], name: string): number | undefined {
  for (const condition of where) {
    if (condition.kind !== "test" || condition.negated || condition.column.column !== name) continue;
    const { test, column } = condition;
    const plain = test.kind === "compare" && test.operator === "eq" && test.quantifier === undefined;
    if (plain && column.path.length === 0 && test.value.kind === "operand") return test.value.slot;
  }
  return undefined;
}

function sameColumns(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}

function refused(
  { schema, table, column }: ColumnEncryption,
  what: string,
  hint: string,
): Result<never, PlanError> {
  return err({ kind: "encryptedColumn", column: `${schema}.${table}.${column}`, what, hint });
}
