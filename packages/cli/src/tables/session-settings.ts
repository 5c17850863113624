/**
 * How both servers print values, whatever their own settings and the role's are: the text of equal values is equal, and
 * either server reads what the other wrote. `row_security = off` makes PostgreSQL refuse a statement whose rows a policy
 * would hide, where it would otherwise leave them out without a word.
 *
 * Source: PostgreSQL's documentation, "Client Connection Defaults"; pg_dump sets the same.
 */
export const READING_SETTINGS: string = [
  "set local search_path = ''",
  "set local row_security = off",
  "set local datestyle = 'ISO, YMD'",
  "set local intervalstyle = 'postgres'",
  "set local timezone = 'UTC'",
  "set local extra_float_digits = 3",
  "set local bytea_output = 'hex'",
  "set local lc_monetary = 'C'",
  "set local statement_timeout = 0",
  "set local lock_timeout = 0",
  "set local idle_in_transaction_session_timeout = 0",
].join(";\n");

/** How the target reads what {@link READING_SETTINGS} printed. Its search_path stays: functions of checks may need it. */
export const WRITING_SETTINGS: string = [
  "set local datestyle = 'ISO, YMD'",
  "set local intervalstyle = 'postgres'",
  "set local timezone = 'UTC'",
  "set local lc_monetary = 'C'",
  "set local statement_timeout = 0",
  "set local lock_timeout = 0",
  "set local idle_in_transaction_session_timeout = 0",
  // Rows and their checkpoint are lost together or not at all; the last transactions of a copy flush everything.
  "set local synchronous_commit = off",
].join(";\n");
