import { quoteIdentifier, type Statement } from "@offramp/db";
import type { Identity } from "../identity/index.ts";
import type { RoleSettings } from "../schema-cache/index.ts";
import { preRequestSql } from "../sql/index.ts";

/** What the database is told about a call before its statement runs, for the one transaction of the call. */
export interface Session {
  /** Settings by name; `role` comes last, because setting others may need rights that the role lacks. */
  readonly settings: readonly Setting[];
  /** The call carried no token, so a refusal asks for one: 42501 is 401. */
  readonly anonymous: boolean;
  /** How the call's transaction is isolated, where it is not as usual. */
  readonly isolation?: Isolation;
  /** Runs before the call's own statement, with the call's rights and settings. */
  readonly before: Statement | undefined;
}

export type Isolation = "repeatable read" | "serializable";

type Setting = readonly [name: string, value: string];

/** How the call was made, for policies and functions that ask. PostgREST, "Transactions", HTTP context. */
export interface HttpContext {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
}

/** What a call tells the database, besides its statement. */
export interface SessionSource {
  readonly identity: Identity;
  readonly http?: HttpContext | undefined;
  readonly timezone?: string | undefined;
  /** Milliseconds that the statement may run. */
  readonly statementTimeoutMs?: number | undefined;
  /** The request's schema, and the connection's own search path. */
  readonly schema: string;
  readonly searchPath: readonly string[];
  /** What roles have set for themselves, by role. */
  readonly roleSettings: RoleSettings;
  /** What the called function has set for itself. */
  readonly routineSettings?: readonly Setting[] | undefined;
  readonly defaults?: SessionDefaults;
}

/** What every call of a server tells the database. */
export interface SessionDefaults {
  /** The schemas that follow the request's own in the search path; without it, those of the connection. */
  readonly extraSearchPath?: readonly string[];
  /** Settings of the application, such as `app.settings.host`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A function without arguments that runs before each call: it may refuse the call, or change its settings. */
  readonly preRequest?: { readonly schema?: string; readonly name: string };
}

/**
 * The settings of a call. With the connection's own rights and nothing to tell there are none, and the
 * statement can run alone.
 */
export function sessionOf(source: SessionSource): Session {
  const { identity, http, timezone, statementTimeoutMs, schema, searchPath, defaults } = source;
  const { role, claims, anonymous } = identity;
  const settings: Setting[] = [];
  const extra = defaults?.extraSearchPath;
  if (extra !== undefined) settings.push(pathSetting([schema, ...extra]));
  else if (searchPath[0] !== schema) {
    // The search path that PostgREST would set, said only where the connection's own differs: the request's schema first.
    // Computed columns and a function's unqualified names are looked up there.
    settings.push(pathSetting([schema, ...searchPath.filter((name) => name !== schema)]));
  }
  const own = ownSettings(source);
  settings.push(...own);
  if (defaults?.settings !== undefined) settings.push(...Object.entries(defaults.settings));
  if (timezone !== undefined) settings.push(["timezone", timezone]);
  if (statementTimeoutMs !== undefined)
    settings.push(["statement_timeout", `${Math.ceil(statementTimeoutMs)}ms`]);
  if (claims !== undefined) settings.push(["request.jwt.claims", jsonOf(claims)]);
  if (http !== undefined) {
    settings.push(
      ["request.method", http.method],
      ["request.path", http.path],
      ["request.headers", jsonOf(http.headers)],
      ["request.cookies", jsonOf(http.cookies)],
    );
  }
  if (role !== undefined) settings.push(["role", role]);
  const preRequest = defaults?.preRequest;
  return {
    anonymous,
    settings,
    ...isolationOf(own),
    before: preRequest === undefined ? undefined : { text: preRequestSql(preRequest) },
  };
}

/** A client's claims and headers are the same objects for every call, and nobody changes them. */
const jsonTexts = new WeakMap<object, string>();

function jsonOf(value: object): string {
  const before = jsonTexts.get(value);
  if (before !== undefined) return before;
  const text = JSON.stringify(value);
  jsonTexts.set(value, text);
  return text;
}

/** Those of the role, and of the function, which come after because they count more. */
function ownSettings({
  identity: { role },
  roleSettings,
  routineSettings,
}: SessionSource): readonly Setting[] {
  const ofRole = role !== undefined && Object.hasOwn(roleSettings, role) ? roleSettings[role] : undefined;
  return [...(ofRole ?? []), ...(routineSettings ?? [])];
}

function isolationOf(settings: readonly Setting[]): { isolation?: Isolation } {
  const level = settings.findLast(([name]) => name === "default_transaction_isolation")?.[1];
  return level === "repeatable read" || level === "serializable" ? { isolation: level } : {};
}

/** One statement for all settings, local to the transaction. There are as many texts as there are numbers of settings. */
export function settingsStatement(session: Session): Statement | undefined {
  if (session.settings.length === 0) return undefined;
  return { text: settingsText(session.settings.length), values: session.settings.flat(), prepare: true };
}

const settingsTexts: string[] = [];

function settingsText(count: number): string {
  return (settingsTexts[count] ??= `select ${Array.from(
    { length: count },
    (_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`,
  ).join(", ")}`);
}

/**
 * Takes back what an earlier call of the same transaction was told and this one is not: a call without a role must
 * not run with the last one's. The role comes first, as the rest may need the connection's own rights.
 */
export function takeBack(told: ReadonlySet<string>, session: Session): readonly Statement[] {
  const now = new Set(session.settings.map(([name]) => name));
  return [...told]
    .filter((name) => !now.has(name))
    .toSorted((one, other) => Number(other === "role") - Number(one === "role"))
    .map((name) => ({ text: `set local ${name.split(".").map(quoteIdentifier).join(".")} to default` }));
}

function pathSetting(path: readonly string[]): Setting {
  return ["search_path", path.map(quoteIdentifier).join(", ")];
}
