interface Position {
  /** Before the primary was asked, so that every write that had ended by then is before the position. */
  readonly at: number;
  /** Bytes of the write-ahead log. */
  readonly lsn: bigint;
}

const KEPT = 256;

/**
 * Where the primary's log was, and when. By it a replica's position in the log says up to which moment it has
 * everything, by this process's own clock: no other clock counts, and an idle primary makes no lag.
 */
export class PrimaryPositions {
  readonly #positions: Position[] = [];

  add(at: number, lsn: bigint): void {
    this.#positions.push({ at, lsn });
    if (this.#positions.length > KEPT) this.#positions.shift();
  }

  /** The last moment at which the primary had nothing that the replica lacks; `undefined` when it lies too far back. */
  momentOf(replayed: bigint): number | undefined {
    return this.#positions.findLast(({ lsn }) => lsn <= replayed)?.at;
  }
}
