/**
 * A position in PostgreSQL's write-ahead log, in bytes from its beginning.
 *
 * Written as two hexadecimal halves, `16/B374D848`. Source: PostgreSQL documentation, 8.20 "pg_lsn Type".
 */
export type Lsn = bigint;

/** Reads `16/B374D848`. */
export function parseLsn(text: string): Lsn {
  const match = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text);
  if (match === null)
    throw new Error(`"${text}" is not a position in a write-ahead log: it must look like 16/B374D848`);
  return (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`);
}

/** Writes it as PostgreSQL does. */
export function formatLsn(lsn: Lsn): string {
  return `${(lsn >> 32n).toString(16)}/${(lsn & 0xffff_ffffn).toString(16)}`.toUpperCase();
}
