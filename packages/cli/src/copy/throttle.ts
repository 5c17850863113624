/** Holds a stream of blocks to so many bytes a second, all who use it together. */
export class Throttle {
  readonly #bytesPerSecond: number;
  #freeAt = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Waits until `bytes` more may pass. */
  async pass(bytes: number): Promise<void> {
    const now = performance.now();
    const start = Math.max(now, this.#freeAt);
    this.#freeAt = start + (bytes / this.#bytesPerSecond) * 1_000;
    if (start > now) await new Promise((resolve) => setTimeout(resolve, start - now));
  }
}
