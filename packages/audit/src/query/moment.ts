const ISO =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?<offset>Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * A moment as text that means the same in every session: ISO 8601 with an offset. A text keeps its microseconds; one
 * without an offset, or a date alone, is in UTC.
 *
 * @throws {RangeError} it is no moment.
 */
export function moment(given: string | Date): string {
  if (given instanceof Date) {
    if (Number.isNaN(given.getTime())) throw noMoment();
    return given.toISOString();
  }
  const { date, time = "00:00", offset = "Z" } = ISO.exec(given)?.groups ?? {};
  if (date === undefined || !isDay(date)) throw noMoment();
  const text = `${date}T${time}${offset.toUpperCase()}`;
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d|$)/.test(time) || !isOffset(offset)) throw noMoment();
  return text;
}

/** JavaScript takes February 30th for a day of March; PostgreSQL refuses it. */
function isDay(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}

function isOffset(offset: string): boolean {
  const [, hours = "0", minutes = "0"] = /^[+-](\d\d):?(\d\d)?$/.exec(offset) ?? [];
  return Number(hours) < 16 && Number(minutes) < 60;
}

function noMoment(): RangeError {
  return new RangeError(
    "The trail was asked for a time that is no date: give ISO 8601, such as 2026-01-31 or 2026-01-31T08:00:00Z, or a Date.",
  );
}
