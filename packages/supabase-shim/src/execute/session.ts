import { type Parameter, quoteIdentifier, type Statement } from "@offramp/db";
import type { Identity } from "../identity/index.ts";
import type { RoleSettings } from "../schema-cache/index.ts";
import { preRequestSql } from "../sql/index.ts";

/** What the database is told about a call before its statement runs, for the one transaction of the call. */
export interface Session {
  /** Settings by name; `role` comes last, because setting others may need rights that the role lacks. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** The call carried no token, so a refusal asks for one: 42501 is 401. */
  readonly anonymous: boolean;
  /** Runs before the call's own statement, with the call's rights and settings. */
  readonly before?: Statement;
}

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
  readonly http?: HttpContext;
  readonly timezone?: string;
  /** Milliseconds that the statement may run. */
  readonly statementTimeoutMs?: number;
  /** The request's schema, and the connection's own search path. */
  readonly schema: string;
  readonly searchPath: readonly string[];
  /** What roles have set for themselves, by role. */
  readonly roleSettings: RoleSettings;
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
  const { identity, http, timezone, statementTimeoutMs, schema, searchPath, roleSettings } = source;
  const { defaults = {} } = source;
  const { role, claims } = identity;
  return {
    anonymous: identity.anonymous,
    settings: [
      ...(defaults.extraSearchPath === undefined
        ? searchPathSetting(schema, searchPath)
        : [pathSetting([schema, ...defaults.extraSearchPath])]),
      ...(role !== undefined && Object.hasOwn(roleSettings, role) ? (roleSettings[role] ?? []) : []),
      ...Object.entries(defaults.settings ?? {}),
      ...(timezone === undefined ? [] : [["timezone", timezone] as const]),
      ...(statementTimeoutMs === undefined
        ? []
        : [["statement_timeout", `${Math.ceil(statementTimeoutMs)}ms`] as const]),
      ...(claims === undefined ? [] : [["request.jwt.claims", JSON.stringify(claims)] as const]),
      ...(http === undefined ? [] : httpSettings(http)),
      ...(role === undefined ? [] : [["role", role] as const]),
    ],
    ...(defaults.preRequest === undefined ? {} : { before: { text: preRequestSql(defaults.preRequest) } }),
  };
}

function httpSettings({
  method,
  path,
  headers,
  cookies,
}: HttpContext): readonly (readonly [string, string])[] {
  return [
    ["request.method", method],
    ["request.path", path],
    ["request.headers", JSON.stringify(headers)],
    ["request.cookies", JSON.stringify(cookies)],
  ];
}

/** One statement for all settings, local to the transaction. */
export function settingsStatement(session: Session): Statement | undefined {
  if (session.settings.length === 0) return undefined;
  const values: Parameter[] = [];
  const calls = session.settings.map(([name, value]) => {
    const first = values.push(name, value) - 1;
    return `set_config($${first}, $${first + 1}, true)`;
  });
  return { text: `select ${calls.join(", ")}`, values };
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

/**
 * The search path that PostgREST would set: the request's schema first. Only said where the session's own
 * path differs; a computed column or a function's unqualified names are looked up there.
 */
function searchPathSetting(
  schema: string,
  sessionPath: readonly string[],
): readonly (readonly [name: string, value: string])[] {
  if (sessionPath[0] === schema) return [];
  return [pathSetting([schema, ...sessionPath.filter((name) => name !== schema)])];
}

function pathSetting(path: readonly string[]): readonly [name: string, value: string] {
  return ["search_path", path.map(quoteIdentifier).join(", ")];
}
