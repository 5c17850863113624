import { z } from "zod";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { suggest } from "./suggest.ts";
import type { ConnectOptions } from "./connect-options.ts";

const text = z
  .string()
  .min(1)
  .refine((value) => !value.includes("\0"));
const milliseconds = z.int().min(1).max(2_147_483_647);
const callable = z.custom<() => unknown>((value) => typeof value === "function");

interface Rule {
  readonly schema: z.ZodType;
  readonly mustBe: string;
  /** The value is never shown. */
  readonly secret?: true;
}

/** `host`, `host:port`, `[address]`, `[address]:port`. */
export const REPLICA = /^(?:\[(?<address>[\da-f:.]+)\]|(?<host>[^\s:/[\]]+))(?::(?<port>\d{1,5}))?$/i;

const TEXT = { schema: text, mustBe: "a text that is not empty" };
const MILLISECONDS = { schema: milliseconds, mustBe: "a whole number of milliseconds from 1 to 2147483647" };
const YES_OR_NO = { schema: z.boolean(), mustBe: "true or false" };

const RULES: { readonly [K in keyof Required<ConnectOptions>]: Rule } = {
  url: { schema: text, mustBe: "a text like postgres://user:password@host:port/database", secret: true },
  host: TEXT,
  port: { schema: z.int().min(1).max(65_535), mustBe: "a whole number from 1 to 65535" },
  database: TEXT,
  user: TEXT,
  password: {
    schema: z.union([z.string(), callable]),
    mustBe: "a text, or a function that returns one",
    secret: true,
  },
  secretId: TEXT,
  secretRefreshMs: MILLISECONDS,
  iamAuthentication: {
    schema: z.union([z.boolean(), z.strictObject({ region: text.optional() })]),
    mustBe: 'true, false, or an object such as { region: "eu-central-1" }',
  },
  observe: { schema: callable, mustBe: "a function that takes an observation" },
  fetchSecret: { schema: callable, mustBe: "a function that takes the secret's id and resolves to its text" },
  ssl: {
    schema: z.union([
      z.enum(["disable", "verify-full"]),
      z.strictObject({
        ca: text.refine((pem) => pem.includes("-----BEGIN")).optional(),
        serverName: text.optional(),
      }),
    ]),
    mustBe: '"disable", "verify-full", or an object with "ca" (PEM text, not a path) and "serverName"',
    secret: true,
  },
  dangerouslyAcceptAnyCertificate: YES_OR_NO,
  dangerouslyDisableTls: YES_OR_NO,
  replicas: {
    schema: z.array(text.refine((place) => REPLICA.test(place))).max(20),
    mustBe: 'a list of hosts such as ["replica.example.org", "10.0.0.7:5433"]',
  },
  maxReplicaLagMs: MILLISECONDS,
  max: { schema: z.int().min(1).max(1000), mustBe: "a whole number from 1 to 1000" },
  idleTimeoutMs: MILLISECONDS,
  pingAfterMs: MILLISECONDS,
  maxLifetimeMs: MILLISECONDS,
  connectTimeoutMs: MILLISECONDS,
  acquireTimeoutMs: MILLISECONDS,
  retryWithinMs: MILLISECONDS,
  applicationName: TEXT,
  session: {
    schema: z.record(z.string().regex(/^[A-Za-z_][\w.]*$/), text),
    mustBe: 'an object of setting names and texts, such as { statement_timeout: "30s" }',
  },
  slowStatementMs: MILLISECONDS,
  pooler: { schema: z.literal("transaction"), mustBe: '"transaction"' },
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
    if (value === undefined || rule.schema.safeParse(value).success) continue;
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
