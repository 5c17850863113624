import { ConfigurationError } from "../errors/configuration-error.ts";
import { suggest } from "./suggest.ts";
import type { ConnectOptions } from "./connect-options.ts";

/*
 * By hand: a schema library is nine tenths of what importing this package would load, before a function that was just
 * started can open its first connection.
 */
type Check = (value: unknown) => boolean;

const isText = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && !value.includes("\0");
const isFunction: Check = (value) => typeof value === "function";
const isBoolean: Check = (value) => typeof value === "boolean";
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function wholeNumber(from: number, to: number): Check {
  return (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
}

/** An object with no other keys than these; each may be missing. */
function objectOf(keys: Readonly<Record<string, Check>>): Check {
  return (value) =>
    isRecord(value) &&
    Object.entries(value).every(
      ([key, each]) => Object.hasOwn(keys, key) && (each === undefined || keys[key]?.(each) === true),
    );
}

interface Rule {
  readonly check: Check;
  readonly mustBe: string;
  /** The value is never shown. */
  readonly secret?: true;
}

/** `host`, `host:port`, `[address]`, `[address]:port`. */
export const REPLICA = /^(?:\[(?<address>[\da-f:.]+)\]|(?<host>[^\s:/[\]]+))(?::(?<port>\d{1,5}))?$/i;

const SETTING = /^[A-Za-z_][\w.]*$/;

const TEXT = { check: isText, mustBe: "a text that is not empty" };
const MILLISECONDS = {
  check: wholeNumber(1, 2_147_483_647),
  mustBe: "a whole number of milliseconds from 1 to 2147483647",
};
const YES_OR_NO = { check: isBoolean, mustBe: "true or false" };

const RULES: { readonly [K in keyof Required<ConnectOptions>]: Rule } = {
  url: { check: isText, mustBe: "a text like postgres://user:password@host:port/database", secret: true },
  host: TEXT,
  port: { check: wholeNumber(1, 65_535), mustBe: "a whole number from 1 to 65535" },
  database: TEXT,
  user: TEXT,
  password: {
    check: (value) => typeof value === "string" || isFunction(value),
    mustBe: "a text, or a function that returns one",
    secret: true,
  },
  secretId: TEXT,
  secretRefreshMs: MILLISECONDS,
  iamAuthentication: {
    check: (value) => isBoolean(value) || objectOf({ region: isText })(value),
    mustBe: 'true, false, or an object such as { region: "eu-central-1" }',
  },
  observe: { check: isFunction, mustBe: "a function that takes an observation" },
  fetchSecret: {
    check: isFunction,
    mustBe: "a function that takes the secret's id and resolves to its text",
  },
  ssl: {
    check: (value) =>
      value === "disable" ||
      value === "verify-full" ||
      objectOf({ ca: (pem) => isText(pem) && pem.includes("-----BEGIN"), serverName: isText })(value),
    mustBe: '"disable", "verify-full", or an object with "ca" (PEM text, not a path) and "serverName"',
    secret: true,
  },
  dangerouslyAcceptAnyCertificate: YES_OR_NO,
  dangerouslyDisableTls: YES_OR_NO,
  replicas: {
    check: (value) =>
      Array.isArray(value) &&
      value.length <= 20 &&
      value.every((place) => isText(place) && REPLICA.test(place)),
    mustBe: 'a list of hosts such as ["replica.example.org", "10.0.0.7:5433"]',
  },
  maxReplicaLagMs: MILLISECONDS,
  max: { check: wholeNumber(1, 1000), mustBe: "a whole number from 1 to 1000" },
  idleTimeoutMs: MILLISECONDS,
  pingAfterMs: MILLISECONDS,
  maxLifetimeMs: MILLISECONDS,
  connectTimeoutMs: MILLISECONDS,
  acquireTimeoutMs: MILLISECONDS,
  retryWithinMs: MILLISECONDS,
  applicationName: TEXT,
  session: {
    check: (value) =>
      isRecord(value) && Object.entries(value).every(([name, each]) => SETTING.test(name) && isText(each)),
    mustBe: 'an object of setting names and texts, such as { statement_timeout: "30s" }',
  },
  slowStatementMs: MILLISECONDS,
  pooler: { check: (value) => value === "transaction", mustBe: '"transaction"' },
  explainSlow: {
    check: (value) => isBoolean(value) || objectOf({ everyMs: MILLISECONDS.check })(value),
    mustBe: "true, false, or an object such as { everyMs: 600000 }",
  },
  preparedStatements: YES_OR_NO,
};

/**
 * Checks each option by itself.
 *
 * @throws {ConfigurationError} one line that names the first wrong option.
 */
export function checkOptions(options: ConnectOptions): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new ConfigurationError('connect(): the options must be an object, such as { url: "postgres://…" }');
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(RULES, name)) throw unknownOption(name);
    const rule = RULES[name as keyof ConnectOptions];
    if (value === undefined || rule.check(value)) continue;
    const got = rule.secret === true ? "another value (not shown)" : show(value);
    throw new ConfigurationError(`connect(): option "${name}" must be ${rule.mustBe}, got ${got}`);
  }
}

function unknownOption(name: string): ConfigurationError {
  const near = suggest(name, Object.keys(RULES));
  const hint =
    near === undefined ? `the options are ${Object.keys(RULES).join(", ")}` : `did you mean "${near}"?`;
  return new ConfigurationError(`connect(): there is no option "${name}": ${hint}`);
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "function") return "a function";
  return String(value);
}
