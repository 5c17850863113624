import type { Preferences } from "../request/index.ts";
import type { HttpConfig } from "./http-config.ts";

type Config = Pick<HttpConfig, "transactionOverride" | "timezones">;

const RETURN = {
  minimal: "minimal",
  representation: "representation",
  "headers-only": "headers-only",
} as const;
const COUNT = { exact: "exact", planned: "planned", estimated: "estimated" } as const;
const RESOLUTION = {
  "merge-duplicates": "merge-duplicates",
  "ignore-duplicates": "ignore-duplicates",
} as const;
const MISSING = { default: "default", null: "null" } as const;
const HANDLING = { strict: "strict", lenient: "lenient" } as const;
const TRANSACTION = { commit: "commit", rollback: "rollback" } as const;

/**
 * The `Prefer` headers, whose values are joined by commas. Of each kind the first counts. What is not known is kept
 * apart, because `handling=strict` makes it an error.
 */
export function parsePrefer(header: string | null, config: Config): Preferences {
  if (header === null) return {};
  const given = header.split(",").map((preference) => preference.trim());
  const chosen: Preferences = {
    ...choose(given, "return", RETURN),
    ...choose(given, "count", COUNT),
    ...choose(given, "resolution", RESOLUTION),
    ...choose(given, "missing", MISSING),
    ...choose(given, "handling", HANDLING),
  };
  const transaction = config.transactionOverride ? choose(given, "tx", TRANSACTION).tx : undefined;
  const maxAffected = wholeNumber(valueOf(given, "max-affected"));
  const timezone = valueOf(given, "timezone");
  const knownTimezone = timezone !== undefined && config.timezones.has(timezone);
  const invalid = given.filter(
    (preference) =>
      !isKnown(preference) &&
      !preference.startsWith("max-affected=") &&
      !(preference.startsWith("timezone=") && knownTimezone),
  );
  return {
    ...chosen,
    ...(transaction === undefined ? {} : { transaction }),
    ...(maxAffected === undefined ? {} : { maxAffected }),
    ...(knownTimezone ? { timezone } : {}),
    ...(invalid.length === 0 ? {} : { invalid }),
  };
}

/** Whether the header asks for a time zone, which must be looked up before it can be judged. */
export function prefersTimezone(header: string | null): boolean {
  return header !== null && header.split(",").some((preference) => preference.trim().startsWith("timezone="));
}

function choose<Name extends string, Value extends string>(
  given: readonly string[],
  name: Name,
  values: Readonly<Record<string, Value>>,
): { readonly [N in Name]?: Value } {
  for (const preference of given) {
    const value = preference.startsWith(`${name}=`) ? preference.slice(name.length + 1) : undefined;
    const known = value !== undefined && Object.hasOwn(values, value) ? values[value] : undefined;
    if (known !== undefined) return { [name]: known } as { readonly [N in Name]?: Value };
  }
  return {};
}

const KINDS = Object.entries({
  return: RETURN,
  count: COUNT,
  resolution: RESOLUTION,
  missing: MISSING,
  handling: HANDLING,
  tx: TRANSACTION,
});

const KNOWN: ReadonlySet<string> = new Set(
  KINDS.flatMap(([name, values]) => Object.keys(values).map((value) => `${name}=${value}`)),
);

function isKnown(preference: string): boolean {
  return KNOWN.has(preference);
}

function valueOf(given: readonly string[], name: string): string | undefined {
  return given.find((preference) => preference.startsWith(`${name}=`))?.slice(name.length + 1);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*-?\d+\s*$/.test(text) ? Number(text) : undefined;
}
