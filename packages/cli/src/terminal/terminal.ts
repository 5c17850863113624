import type { Progress, ProgressOptions } from "./progress.ts";

/** What a command says. Results go to standard output, everything else to standard error, so a pipe holds only results. */
export interface Terminal {
  /** Data instead of text is asked for: `--json`. */
  readonly json: boolean;
  /** A person reads along and can answer. */
  readonly interactive: boolean;
  /** Columns of the terminal, or 100 where there is none. */
  readonly width: number;
  readonly style: Style;
  /** The result: `data` as one JSON text with `--json`, else `text`. At most once in a run. */
  result(data: unknown, text: () => string): void;
  /** What is happening now: a line for people. */
  note(line: string): void;
  warning(line: string): void;
  failure(line: string): void;
  /** A piece of work with a length. On a terminal a bar with rate and time left; elsewhere a plain line now and then. */
  progress(options: ProgressOptions): Progress;
  /**
   * Asks before something is done. `--yes` answers yes.
   *
   * @throws {AbortedError} the answer is no, or nobody can answer: then the message says to give `--yes`.
   */
  confirm(question: string): Promise<void>;
  /** Ends what is being drawn. */
  close(): Promise<void>;
}

/** Colours where the terminal has them, the text itself elsewhere. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}
