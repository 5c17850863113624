import type { Parameter, Statement } from "@offramp/db";

/** What the database is told about a call before its statement runs, for the one transaction of the call. */
export interface Session {
  /** Settings by name; `role` comes last, because setting others may need rights that the role lacks. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** The call carried no token, so a refusal asks for one: 42501 is 401. */
  readonly anonymous: boolean;
}

export const OWN_RIGHTS: Session = { settings: [], anonymous: false };

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
 * The search path that PostgREST would set: the request's schema first. Only said where the session's own
 * path differs; a computed column or a function's unqualified names are looked up there.
 */
export function searchPathSetting(
  schema: string,
  sessionPath: readonly string[],
): readonly (readonly [name: string, value: string])[] {
  if (sessionPath[0] === schema) return [];
  const path = [schema, ...sessionPath.filter((name) => name !== schema)];
  return [["search_path", path.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ")]];
}
