/** A piece of work that is shown as it goes on. */
export interface ProgressOptions {
  readonly label: string;
  /** How much there is, in `unit`; absent where nobody knows. An estimate is enough: it may grow. */
  readonly total?: number;
  /** What is counted, in the plural: `rows`. */
  readonly unit: string;
}

/** Work that is under way. */
export interface Progress {
  /** `count` more of the unit, and the bytes that they took. */
  advance(count: number, bytes?: number): void;
  /** The total is known better now. */
  expect(total: number): void;
  /** The work is whole; `summary` stands where the bar stood. */
  finish(summary?: string): void;
  /** The work ended before it was whole. */
  stop(): void;
}

/** What is known of a piece of work at a moment. */
export interface ProgressState {
  readonly done: number;
  readonly total: number | undefined;
  readonly bytes: number;
  readonly seconds: number;
}

const DECIMAL = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `1,200,000 of 5,000,000 rows, 240,000 rows/s, 31 MB/s, 16 s left` */
export function progressLine(state: ProgressState, unit: string): string {
  const { done, total, bytes, seconds } = state;
  const rate = seconds > 0 ? done / seconds : 0;
  const parts = [
    total === undefined
      ? `${DECIMAL.format(done)} ${unit}`
      : `${DECIMAL.format(done)} of ${DECIMAL.format(Math.max(total, done))} ${unit}`,
    `${DECIMAL.format(rate)} ${unit}/s`,
  ];
  if (bytes > 0 && seconds > 0) parts.push(`${readableBytes(bytes / seconds)}/s`);
  if (total !== undefined && rate > 0 && total > done)
    parts.push(`${readableSeconds((total - done) / rate)} left`);
  return parts.join(", ");
}

/** `31 MB`: powers of 1,000, as disks and networks are sold. */
export function readableBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? DECIMAL.format(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function readableSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
