import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

type Kind = "date" | "time" | "timestamp" | "timestamptz";

const NAMES = {
  date: "date",
  time: "time",
  timestamp: "timestamp",
  timestamptz: "timestamp with time zone",
} as const;

/** ISO 8601, and PostgreSQL's own printing of it: a space for the T, a zone of hours alone. */
const DATE = String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})`;
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d+))?)?`;
const ZONE = String.raw`(?:\s*(?<utc>Z)|\s*(?<sign>[-+])(?<zoneHour>\d{2})(?::?(?<zoneMinute>\d{2}))?)?`;
const DATE_TIME = new RegExp(`^${DATE}(?:[T ]${TIME}${ZONE})?$`, "i");
const TIME_ALONE = new RegExp(`^${TIME}$`);
const MICROS_PER_DAY = 86_400_000_000n;

/**
 * Dates and times. Only ISO 8601 is read: what 1/2/2026 means depends on a server's settings. A time without a zone is
 * in UTC for `timestamptz`, which is shown in UTC.
 */
export function dateTimeType(kind: Kind, precision = 6): ValueType {
  return {
    searchable: true,
    fromJson(json) {
      const text = inputText(json).trim();
      if (kind !== "time" && /^-?infinity$/i.test(text)) return JSON.stringify(text.toLowerCase());
      return JSON.stringify(read(text, { kind, precision }));
    },
    driverValue: (json) => printedMoment(json, kind),
    text: (json) => printedMoment(json, kind),
  };
}

/** As PostgreSQL prints it outside of JSON. */
function printedMoment(json: string, kind: Kind): string {
  const text = inputText(json);
  return kind === "date" || kind === "time" ? text : text.replace("T", " ").replace("+00:00", "+00");
}

function read(
  text: string,
  { kind, precision }: { readonly kind: Kind; readonly precision: number },
): string {
  const parts = (kind === "time" ? TIME_ALONE : DATE_TIME).exec(text)?.groups;
  if (parts === undefined) {
    throw new InvalidValue(
      "22007",
      `invalid input syntax for type ${NAMES[kind]}: an encrypted column takes ISO 8601`,
    );
  }
  const days = kind === "time" ? 0n : daysOf(parts, kind);
  const unit = 10n ** BigInt(6 - precision);
  const micros = ((microsOf(parts, kind) + unit / 2n) / unit) * unit;
  if (kind === "date") return printDate(days);
  if (kind === "time") return printTime(micros);
  const moment = days * MICROS_PER_DAY + micros - (kind === "timestamptz" ? zoneOf(parts) : 0n);
  const rest = ((moment % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY;
  const printed = `${printDate((moment - rest) / MICROS_PER_DAY)}T${printTime(rest)}`;
  return kind === "timestamptz" ? `${printed}+00:00` : printed;
}

type Parts = Readonly<Record<string, string | undefined>>;

function number(part: string | undefined): number {
  return Number(part ?? "0");
}

/** Days since 1970. */
function daysOf({ year, month, day }: Parts, kind: Kind): bigint {
  const moment = new Date(0);
  moment.setUTCFullYear(number(year), number(month) - 1, number(day));
  const real =
    number(year) > 0 && moment.getUTCMonth() === number(month) - 1 && moment.getUTCDate() === number(day);
  if (!real) throw outOfRange(kind);
  return BigInt(moment.getTime()) / 86_400_000n;
}

function microsOf({ hour, minute, second, fraction = "" }: Parts, kind: Kind): bigint {
  const [hours, minutes, seconds] = [number(hour), number(minute), number(second)];
  const late = hours === 24 && (minutes > 0 || seconds > 0 || number(fraction) > 0);
  if (hours > 24 || minutes > 59 || seconds > 60 || late) throw outOfRange(kind);
  const micros = BigInt(Math.round(Number(`0.${fraction}0`) * 1_000_000));
  return BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000n + micros;
}

function zoneOf({ sign, zoneHour, zoneMinute }: Parts): bigint {
  const minutes = number(zoneHour) * 60 + number(zoneMinute);
  return BigInt(sign === "-" ? -minutes : minutes) * 60_000_000n;
}

function printDate(days: bigint): string {
  const date = new Date(Number(days) * 86_400_000);
  return `${String(date.getUTCFullYear()).padStart(4, "0")}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

function printTime(micros: bigint): string {
  const seconds = Number(micros / 1_000_000n);
  const fraction = String(micros % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === "" ? time : `${time}.${fraction}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function outOfRange(kind: Kind): InvalidValue {
  return new InvalidValue("22008", `value out of range for type ${NAMES[kind]}`);
}
