import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

/** As PostgreSQL keeps it: none of the three is worth a fixed number of another. */
interface Interval {
  readonly months: bigint;
  readonly days: bigint;
  readonly micros: bigint;
}

type Unit = readonly [part: keyof Interval, worth: bigint];

const SECOND = 1_000_000n;
const UNITS: Readonly<Record<string, Unit>> = {
  year: ["months", 12n],
  mon: ["months", 1n],
  month: ["months", 1n],
  week: ["days", 7n],
  day: ["days", 1n],
  hour: ["micros", 3600n * SECOND],
  min: ["micros", 60n * SECOND],
  minute: ["micros", 60n * SECOND],
  sec: ["micros", SECOND],
  second: ["micros", SECOND],
};

const ISO =
  /^P(?!$)(?:([-+]?\d+)Y)?(?:([-+]?\d+)M)?(?:([-+]?\d+)W)?(?:([-+]?\d+)D)?(?:T(?=[-+\d])(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+(?:\.\d*)?)S)?)?$/;
const ISO_UNITS = ["year", "mon", "week", "day", "hour", "min", "sec"] as const;
const CLOCK = /^([-+]?)(\d+):(\d{2})(?::(\d{2}(?:\.\d*)?))?$/;

/**
 * `interval`, read as ISO 8601 (`P1Y2M3DT4H5M6.7S`) and as PostgreSQL prints it by default (`1 year 2 mons 3 days
 * 04:05:06.7`), shown as the latter. Only seconds may have a fraction: what half a month is depends on who is asked.
 */
export function intervalType(precision = 6): ValueType {
  return {
    searchable: true,
    fromJson: (json) => JSON.stringify(print(checked(read(inputText(json).trim()), precision))),
    // PostgreSQL compares a month as thirty days, and a day as 24 hours.
    equality(json) {
      const { months, days, micros } = read(inputText(json));
      return String((months * 30n + days) * 86_400n * SECOND + micros);
    },
  };
}

function read(text: string): Interval {
  const iso = ISO.exec(text);
  const parts =
    iso === null
      ? readPrinted(text)
      : ISO_UNITS.flatMap((unit, index) => {
          const given = iso[index + 1];
          return given === undefined ? [] : [amountOf(given, unit)];
        });
  const total = { months: 0n, days: 0n, micros: 0n };
  for (const [part, amount] of parts) total[part] += amount;
  return total;
}

type Amount = readonly [part: keyof Interval, amount: bigint];

function readPrinted(text: string): readonly Amount[] {
  const words = text.split(/\s+/);
  const clock = CLOCK.exec(words.at(-1) ?? "");
  const rest = clock === null ? words : words.slice(0, -1);
  if (rest.length % 2 === 1 || text === "") throw malformed();
  const amounts = rest.flatMap((word, index): Amount[] =>
    index % 2 === 0 ? [amountOf(word, (rest[index + 1] ?? "").toLowerCase().replace(/s$/, ""))] : [],
  );
  if (clock === null) return amounts;
  const [, sign = "", hours = "0", minutes = "0", seconds = "0"] = clock;
  if (Number(minutes) > 59 || Number(seconds) >= 61) throw outOfRange();
  const micros = BigInt(hours) * 3600n * SECOND + BigInt(minutes) * 60n * SECOND + microsOf(seconds);
  return [...amounts, ["micros", sign === "-" ? -micros : micros]];
}

function amountOf(number: string, unit: string): Amount {
  const known = UNITS[unit];
  if (known === undefined) throw malformed();
  const [part, worth] = known;
  if (worth === SECOND && /^[-+]?\d+(?:\.\d*)?$/.test(number)) {
    const micros = microsOf(number.replace(/^[-+]/, ""));
    return [part, number.startsWith("-") ? -micros : micros];
  }
  if (!/^[-+]?\d+$/.test(number)) throw malformed();
  return [part, BigInt(number.replace("+", "")) * worth];
}

/** Digits beyond the sixth are rounded, a half to the even neighbour, as PostgreSQL does. */
function microsOf(seconds: string): bigint {
  const [whole = "0", fraction = ""] = seconds.split(".");
  const micros = BigInt(fraction.padEnd(6, "0").slice(0, 6));
  const rest = fraction.slice(6).replace(/0+$/, "");
  const up = rest === "5" ? micros % 2n : rest >= "5" ? 1n : 0n;
  return BigInt(whole) * SECOND + micros + up;
}

function checked({ months, days, micros }: Interval, precision: number): Interval {
  const fits = (value: bigint, bits: number): boolean => value === BigInt.asIntN(bits, value);
  if (!fits(months, 32) || !fits(days, 32) || !fits(micros, 64)) throw outOfRange();
  const unit = 10n ** BigInt(6 - precision);
  const half = micros < 0n ? -unit / 2n : unit / 2n;
  return { months, days, micros: ((micros + half) / unit) * unit };
}

/** PostgreSQL's own style: a part behind a negative one says that it is positive. */
function print({ months, days, micros }: Interval): string {
  const printed: string[] = [];
  let before = 0n;
  for (const [value, unit] of [
    [months / 12n, "year"],
    [months % 12n, "mon"],
    [days, "day"],
  ] as const) {
    if (value === 0n) continue;
    printed.push(`${before < 0n && value > 0n ? "+" : ""}${value} ${unit}${value === 1n ? "" : "s"}`);
    before = value;
  }
  if (printed.length > 0 && micros === 0n) return printed.join(" ");
  const sign = micros < 0n ? "-" : before < 0n ? "+" : "";
  const positive = micros < 0n ? -micros : micros;
  const seconds = positive / SECOND;
  const two = (value: bigint): string => String(value).padStart(2, "0");
  const fraction = String(positive % SECOND)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const clock = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  return [...printed, `${sign}${clock}${fraction === "" ? "" : `.${fraction}`}`].join(" ");
}

function malformed(): InvalidValue {
  return new InvalidValue(
    "22007",
    "invalid input syntax for type interval: an encrypted column takes ISO 8601, or 1 year 2 mons 3 days 04:05:06",
  );
}

function outOfRange(): InvalidValue {
  return new InvalidValue("22015", "interval field value out of range");
}
