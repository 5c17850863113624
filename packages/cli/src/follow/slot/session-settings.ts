/**
 * The settings of a migration's sessions: how both servers write values as text while a change travels, the same on each side and exact.
 *
 * The decoded log is written by the session that reads it. Source: PostgreSQL documentation, 20.11.2 "Locale and Formatting".
 */
export const EXACT_TEXT: Readonly<Record<string, string>> = {
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
  lc_monetary: "C",
  // A cut-over makes the source read-only by default, which must not stop the one that made it so.
  default_transaction_read_only: "off",
};
