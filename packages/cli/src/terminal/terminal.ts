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
  /** The result: `data` as one JSON text with `--json`, else `text`, broken between words on a terminal. At most once in a run. */
  result(data: unknown, text: () => string, options?: ResultOptions): void;
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

/** How a result is shown. */
export interface ResultOptions {
  /** The text is SQL, code or lines to be copied: it is not broken for the terminal. */
  readonly verbatim?: boolean;
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
