import type { Claims } from "./identity.ts";

/** One step from a claim to what it holds. */
type Step = (value: unknown) => unknown;

/** A way through the claims to the role; undefined where it leads nowhere. */
export type RolePath = (claims: Claims) => unknown;

const STEP =
  /\.(?<name>[\p{L}\p{N}_$@]+)|\."(?<quoted>[^"]*)"|\[(?<index>\d+)\]|\[(?<from>-?\d+)?:(?<to>-?\d+)?\]|\[\?\(@ *(?<operator>==\^|==|!=|\^==|\*==) *"(?<text>[^"]*)"\)\]/uy;

const MATCHERS: Readonly<Record<string, (element: string, text: string) => boolean>> = {
  "==": (element, text) => element === text,
  "!=": (element, text) => element !== text,
  "^==": (element, text) => element.startsWith(text),
  "==^": (element, text) => element.endsWith(text),
  "*==": (element, text) => element.includes(text),
};

/**
 * Reads PostgREST's `jwt-role-claim-key`: keys, array indexes, string slices, and a filter that takes an array's
 * first text that equals, starts with, ends with or contains another.
 *
 * @throws {TypeError} the text is no such path.
 */
export function parseRolePath(text: string): RolePath {
  const steps: Step[] = [];
  let end = 0;
  while (end < text.length) {
    STEP.lastIndex = end;
    const groups = STEP.exec(text)?.groups;
    if (groups === undefined) break;
    steps.push(stepOf(groups));
    end = STEP.lastIndex;
  }
  if (steps.length === 0 || end < text.length) {
    throw new TypeError(
      `jwt.roleClaimKey: ${JSON.stringify(text)} cannot be read from character ${end + 1} on. Write it like .role, .app."db-role" or .roles[0].`,
    );
  }
  return (claims) => steps.reduce<unknown>((value, step) => step(value), claims);
}

function stepOf(groups: Readonly<Record<string, string | undefined>>): Step {
  const { index, operator, text = "", from, to } = groups;
  const key = groups["name"] ?? groups["quoted"];
  if (key !== undefined) return (value) => memberOf(value, key);
  if (index !== undefined)
    return (value) => (Array.isArray(value) ? (value[Number(index)] as unknown) : undefined);
  const matches = operator === undefined ? undefined : MATCHERS[operator];
  if (matches !== undefined) {
    return (value) =>
      Array.isArray(value)
        ? value.find((element) => typeof element === "string" && matches(element, text))
        : undefined;
  }
  return (value) => (typeof value === "string" ? slice(value, from, to) : undefined);
}

/** Own members only: a claim named `constructor` is not there unless the token has it. */
function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as Claims)[key] : undefined;
}

/** By characters, not by UTF-16 units. */
function slice(text: string, from: string | undefined, to: string | undefined): string {
  return Array.from(text)
    .slice(Number(from ?? 0), to === undefined ? undefined : Number(to))
    .join("");
}
