import { EncryptionError, rowKeyText } from "@offramp/db/encryption";
import { err, type ExecuteError, ok, type Result } from "../errors/index.ts";
import type { ResultSet } from "../execute/index.ts";
import type { Plan, PlanEncryption, SealedWrite, TokenSearch } from "../plan/index.ts";
import type { OperandValue } from "../request/index.ts";
import { conflictKeys, conflictPayload } from "./conflicting-rows.ts";
import type { Keys } from "./keys.ts";
import { cellOpener } from "./open-cell.ts";
import { openCsv } from "./open-csv.ts";
import { openJson } from "./open-json.ts";
import { payloadRows, sealPayload } from "./seal-payload.ts";

/** A call whose plan has encrypted columns, and how its statements are run. */
export interface EncryptedCall {
  readonly plan: Plan;
  readonly keys: Keys | undefined;
  readonly operands: readonly OperandValue[];
  /** Runs the call itself with these operands. */
  readonly send: (operands: readonly OperandValue[]) => Promise<Result<ResultSet, ExecuteError>>;
  /** Runs the statement that gives the keys of the rows; undefined where the plan needs none. */
  readonly sendKeys:
    | ((operands: readonly OperandValue[]) => Promise<Result<ResultSet, ExecuteError>>)
    | undefined;
  /** An error of the database, as the call answers it. */
  readonly fromThrown: (thrown: unknown) => ExecuteError;
}

/** How the call ended, and whether its own statement was sent. */
export interface EncryptedOutcome {
  readonly result: Result<ResultSet, ExecuteError>;
  readonly sent: boolean;
}

/** Encrypts what the call writes and looks for, runs it, and decrypts what it answers. Without keys nothing is run. */
export async function executeEncrypted(call: EncryptedCall): Promise<EncryptedOutcome> {
  const encryption = call.plan.encryption ?? { searches: [] };
  const keys = call.keys ?? (needsKeys(encryption) ? undefined : NO_KEYS);
  if (keys === undefined) return { result: err(withoutKeys(encryption)), sent: false };
  const keyed = { encryption, keys };
  const sealed = await withKeys(call, keys, () => sealOperands(call, keyed));
  if (!sealed.ok) return { result: sealed, sent: false };
  const result = await sendAgain(call, keyed, await call.send(sealed.value));
  if (!result.ok) return { result, sent: true };
  const opened = await withKeys(call, keys, () => openAnswer(call.plan, keyed, result.value));
  if (opened.ok || opened.error.kind !== "encryption" || call.plan.kind !== "mutation") {
    return { result: opened, sent: true };
  }
  return { result: err({ ...opened.error, written: true }), sent: true };
}

const ATTEMPTS = 3;

/**
 * An upsert looked for its rows before it wrote them, and another transaction was faster: PostgreSQL refused a duplicate,
 * and nothing was written. So it looks again. In an open transaction it cannot, and the duplicate is the answer.
 */
async function sendAgain(
  call: EncryptedCall,
  keyed: Keyed,
  first: Result<ResultSet, ExecuteError>,
): Promise<Result<ResultSet, ExecuteError>> {
  let result = first;
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const duplicate = !result.ok && result.error.kind === "postgres" && result.error.fields.code === "23505";
    if (!duplicate || keyed.encryption.write?.rows.kind !== "conflict") return result;
    const sealed = await withKeys(call, keyed.keys, () => sealOperands(call, keyed));
    if (!sealed.ok) return result;
    result = await call.send(sealed.value);
  }
  return result;
}

const refuse = (): never => {
  throw new TypeError("A call that needs keys is refused without them.");
};
const NO_KEYS: Keys = {
  ready: () => Promise.resolve(),
  refresh: () => Promise.resolve(),
  seal: refuse,
  open: refuse,
  tokens: refuse,
};

/** A payload whose rows may have values of encrypted columns that are not written needs none: they are left out. */
function needsKeys({ answer, searches, write }: PlanEncryption): boolean {
  return answer !== undefined || searches.length > 0 || (write?.columns.size ?? 0) > 0;
}

function withoutKeys(encryption: PlanEncryption): ExecuteError {
  const [column] = [
    ...encryption.searches.map((search) => search.column),
    ...(encryption.write?.columns.values() ?? []),
    ...(encryption.answer?.keys.values() ?? []),
  ];
  const name =
    column === undefined ? "A column" : `The column ${column.schema}.${column.table}.${column.column}`;
  return {
    kind: "encryption",
    message: `${name} of this call is encrypted, and this client has no keys.`,
    hint: "Give it a KeyRing of @offramp/db/encryption: createClient(url, key, { encryption }). Or select other columns.",
  };
}

type Attempt<T> = () => Promise<Result<T, ExecuteError>> | Result<T, ExecuteError>;

/** A value may be of a version that is newer than the ring, so a key that is missing is looked for once more. */
async function withKeys<T>(
  { fromThrown }: EncryptedCall,
  keys: Keys,
  work: Attempt<T>,
): Promise<Result<T, ExecuteError>> {
  try {
    await keys.ready();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EncryptionError && error.problem === "key")) throw error;
      await keys.refresh();
      return await work();
    }
  } catch (error) {
    return err(error instanceof EncryptionError ? failure(error) : fromThrown(error));
  }
}

function failure({ message, sqlstate }: EncryptionError): ExecuteError {
  return { kind: "encryption", message, ...(sqlstate === undefined ? {} : { sqlstate }) };
}

interface Keyed {
  readonly encryption: PlanEncryption;
  readonly keys: Keys;
}

/** The operands with tokens for what is searched, and a payload without values in the clear. */
async function sealOperands(
  call: EncryptedCall,
  { encryption, keys }: Keyed,
): Promise<Result<readonly OperandValue[], ExecuteError>> {
  const { operands } = call;
  const sealed = [...operands];
  for (const search of encryption.searches)
    sealed[search.slot] = tokensOf(search, operands[search.slot], keys);
  const { write } = encryption;
  if (write === undefined) return ok(sealed);
  const payload = operands[write.slot];
  if (typeof payload !== "string") throw new TypeError("A payload is a JSON text.");
  if (!isJson(payload)) {
    return err({ kind: "encryption", message: "invalid input syntax for type json", sqlstate: "22P02" });
  }
  sealed[write.slot] = null;
  sealed.push(String(payloadRows(payload).length));
  if (write.rows.kind === "conflict") sealed[write.slot] = conflictPayload(payload, write.rows.columns, keys);
  const rowKeys = await rowKeysOf(call, { write, sealed, payload });
  if (!rowKeys.ok) return rowKeys;
  const rows = rowKeys.value === undefined ? {} : { rowKeys: rowKeys.value };
  sealed[write.slot] = sealPayload(payload, { write, keys, ...rows });
  return ok(sealed);
}

function tokensOf({ column }: TokenSearch, operand: OperandValue | undefined, keys: Keys): OperandValue {
  const values =
    typeof operand === "string" ? [operand] : Array.isArray(operand) ? (operand as readonly string[]) : [];
  return {
    list: values.flatMap((value) =>
      keys.tokens(column, JSON.stringify(value)).map((token) => `\\x${token.toString("hex")}`),
    ),
  };
}

interface RowKeys {
  readonly write: SealedWrite;
  readonly sealed: readonly OperandValue[];
  readonly payload: string;
}

/** The keys of the rows that are written, where the payload does not have them. */
async function rowKeysOf(
  call: EncryptedCall,
  { write, sealed, payload }: RowKeys,
): Promise<Result<readonly (readonly (string | null)[])[] | undefined, ExecuteError>> {
  if (write.rows.kind === "filters") {
    const { slots } = write.rows;
    return ok([
      write.rowKey.map(({ type }, index) =>
        rowKeyText(type, JSON.stringify(sealed[slots[index] ?? -1] ?? "")),
      ),
    ]);
  }
  if (call.sendKeys === undefined) return ok(undefined);
  const found = await call.sendKeys(sealed);
  if (!found.ok) return found;
  const rows = JSON.parse(found.value.body ?? "[]") as (string | null)[][];
  if (write.rows.kind !== "conflict") return ok(rows);
  const read = conflictKeys(rows, { payload, columns: write.rows.columns, rowKey: write.rowKey });
  return "error" in read ? err(read.error) : ok(read.keys);
}

function openAnswer(
  plan: Plan,
  { encryption, keys }: Keyed,
  result: ResultSet,
): Result<ResultSet, ExecuteError> {
  const { answer } = encryption;
  // What EXPLAIN says has no rows.
  if (answer === undefined || result.body === null || plan.explain !== undefined) return ok(result);
  const open = cellOpener(keys, plan.integers !== undefined);
  const body =
    plan.form.kind === "csv" ? openCsv(result.body, answer, open) : openJson(result.body, answer, open);
  return ok({ ...result, body });
}

/** The places in a text that is no JSON could not be told. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
