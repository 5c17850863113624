import type { Progress, ProgressOptions } from "./progress.ts";
import { progressLine } from "./progress.ts";

/** Where a line of progress goes: drawn over the last one on a terminal, added now and then elsewhere. */
export interface ProgressBoard {
  /** Milliseconds between two lines. */
  readonly everyMs: number;
  show(fraction: number | undefined, line: string): void;
  end(line: string | undefined): void;
}

/** Counts, and shows on the board at its pace; costs nothing between two lines. */
export class RunningProgress implements Progress {
  readonly #options: ProgressOptions;
  readonly #board: ProgressBoard;
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  #total: number | undefined;
  #done = 0;
  #bytes = 0;

  constructor(options: ProgressOptions, board: ProgressBoard) {
    this.#options = options;
    this.#board = board;
    this.#total = options.total;
    this.#timer = setInterval(() => this.#show(), board.everyMs);
    // A process that has nothing else to do is not kept alive by its own bar.
    this.#timer.unref();
    if (board.everyMs < 1_000) this.#show();
  }

  advance(count: number, bytes = 0): void {
    this.#done += count;
    this.#bytes += bytes;
  }

  expect(total: number): void {
    this.#total = total;
  }

  finish(summary?: string): void {
    clearInterval(this.#timer);
    this.#board.end(`${this.#options.label}: ${summary ?? this.#line()}`);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#board.end(`${this.#options.label}: stopped at ${this.#line()}`);
  }

  #show(): void {
    const fraction =
      this.#total === undefined ? undefined : Math.min(1, this.#done / Math.max(1, this.#total));
    this.#board.show(fraction, `${this.#options.label}: ${this.#line()}`);
  }

  #line(): string {
    const seconds = (performance.now() - this.#started) / 1_000;
    return progressLine(
      { done: this.#done, total: this.#total, bytes: this.#bytes, seconds },
      this.#options.unit,
    );
  }
}
