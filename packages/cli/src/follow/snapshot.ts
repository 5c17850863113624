/**
 * Which transactions a snapshot sees: PostgreSQL's `pg_snapshot`, written `xmin:xmax:xip,xip`.
 *
 * A chunk that was copied under a snapshot holds what these transactions wrote, so `follow` must not apply them again, and
 * must apply every other one. Source: PostgreSQL documentation, 9.27.8 "Transaction ID and Snapshot Information Functions".
 */
export class Snapshot {
  readonly #xmin: bigint;
  readonly #xmax: bigint;
  readonly #running: ReadonlySet<bigint>;

  private constructor(xmin: bigint, xmax: bigint, running: ReadonlySet<bigint>) {
    this.#xmin = xmin;
    this.#xmax = xmax;
    this.#running = running;
  }

  /** Reads the text of `pg_current_snapshot()`. */
  static parse(text: string): Snapshot {
    const match = /^(\d+):(\d+):([\d,]*)$/.exec(text);
    if (match === null) throw new Error(`"${text}" is not a snapshot: it must look like 10:20:10,14,15`);
    const running = (match[3] ?? "").split(",").filter((id) => id !== "");
    return new Snapshot(BigInt(match[1] ?? 0), BigInt(match[2] ?? 0), new Set(running.map(BigInt)));
  }

  /** Whether it sees what a committed transaction wrote. `transactionId` has 32 bits, as the log has it. */
  sees(transactionId: number): boolean {
    const full = this.#withEpoch(transactionId);
    if (full < this.#xmin) return true;
    return full < this.#xmax && !this.#running.has(full);
  }

  /** The log keeps the lower half of the number: the upper one is that of the nearest number to the snapshot's end. */
  #withEpoch(transactionId: number): bigint {
    const half = 1n << 31n;
    const whole = 1n << 32n;
    let full = (this.#xmax & ~(whole - 1n)) | BigInt(transactionId);
    if (full - this.#xmax > half) full -= whole;
    else if (this.#xmax - full > half) full += whole;
    return full;
  }
}
