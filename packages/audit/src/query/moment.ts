const ISO =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?<offset>Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/;

/**
 * A moment as text that means the same everywhere: ISO 8601 with seconds and an offset, as FHIR has it too. A text keeps
 * its microseconds; one without an offset, or a date alone, is in UTC.
 *
 * @throws {RangeError} it is no moment.
 */
export function moment(given: string | Date): string {
  if (given instanceof Date) {
    if (Number.isNaN(given.getTime())) throw noMoment();
    return given.toISOString();
  }
  const { date, time = "00:00", offset = "Z" } = ISO.exec(given)?.groups ?? {};
  if (date === undefined || !isDay(date) || !TIME.test(time)) throw noMoment();
  return `${date}T${time.length === 5 ? `${time}:00` : time}${wholeOffset(offset)}`;
}

/**
 * Two moments, the first not after the second: turned around they would find nothing, which reads like good news.
 *
 * @throws {RangeError} one is no moment, or the first is after the second.
 */
export function period([from, to]: readonly [string | Date, string | Date]): readonly [string, string] {
  const moments = [moment(from), moment(to)] as const;
  if (Date.parse(moments[0]) > Date.parse(moments[1]))
    throw new RangeError("The trail was asked for a time that ends before it begins.");
  return moments;
}

/** JavaScript takes February 30th for a day of March, and the year 0 for one; PostgreSQL takes neither. */
function isDay(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date) && !date.startsWith("0000");
}

function wholeOffset(offset: string): string {
  const [, hours, minutes = "00"] = /^([+-]\d\d):?(\d\d)?$/.exec(offset) ?? [];
  if (hours === undefined) return "Z";
  if (Math.abs(Number(hours)) > 14 || Number(minutes) > 59) throw noMoment();
  return `${hours}:${minutes}`;
}

function noMoment(): RangeError {
  return new RangeError(
    "The trail was asked for a time that is no date: give ISO 8601, such as 2026-01-31 or 2026-01-31T08:00:00Z, or a Date.",
  );
}
