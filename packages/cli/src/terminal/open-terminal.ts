import picocolors from "picocolors";

import { AbortedError } from "../command/aborted-error.ts";
import type { Progress, ProgressOptions } from "./progress.ts";
import { drawnBoard, plainBoard } from "./progress-board.ts";
import { RunningProgress } from "./running-progress.ts";
import type { ResultOptions, Style, Terminal } from "./terminal.ts";
import { wrappedText } from "./wrapped.ts";

/** Where a command runs. */
export interface TerminalOptions {
  readonly json: boolean;
  /** Every question is answered with yes. */
  readonly yes: boolean;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The terminal of this process. */
export function openTerminal(options: TerminalOptions): Terminal {
  return new ProcessTerminal(options);
}

class ProcessTerminal implements Terminal {
  readonly json: boolean;
  readonly interactive: boolean;
  readonly style: Style;
  readonly #options: TerminalOptions;
  readonly #drawing = new Set<Progress>();

  constructor(options: TerminalOptions) {
    const { environment, errors, input } = options;
    this.#options = options;
    this.json = options.json;
    const dumb = environment["TERM"] === "dumb" || Boolean(environment["CI"]);
    this.interactive = !dumb && isTerminal(input) && isTerminal(errors);
    // A page of results that goes to a file has no colours, whatever the other stream is.
    const colours = isTerminal(options.output) && !environment["NO_COLOR"] && !dumb;
    this.style = picocolors.createColors(colours);
  }

  get width(): number {
    return this.#options.output.columns ?? 100;
  }

  result(data: unknown, text: () => string, { verbatim = false }: ResultOptions = {}): void {
    const { output } = this.#options;
    const prose = !this.json && !verbatim && isTerminal(output);
    const whole = this.json
      ? JSON.stringify(data, undefined, 2)
      : prose
        ? wrappedText(text(), this.width)
        : text();
    output.write(whole.endsWith("\n") ? whole : `${whole}\n`);
  }

  note(line: string): void {
    this.#say(line);
  }

  warning(line: string): void {
    this.#say(`${this.style.yellow("!")} ${line}`);
  }

  failure(line: string): void {
    this.#say(`${this.style.red("✗")} ${line}`);
  }

  progress(options: ProgressOptions): Progress {
    // One bar at a time can be drawn over; what runs beside it adds lines.
    const drawn = this.interactive && this.#drawing.size === 0;
    const board = drawn ? drawnBoard(this.#options.errors) : plainBoard((line) => this.#say(line));
    const progress = new RunningProgress(options, {
      ...board,
      end: (line) => {
        this.#drawing.delete(progress);
        board.end(line);
      },
    });
    if (drawn) this.#drawing.add(progress);
    return progress;
  }

  async confirm(question: string): Promise<void> {
    if (this.#options.yes) {
      this.note(`${question} Yes (--yes).`);
      return;
    }
    if (!this.interactive)
      throw new AbortedError(`${question} Nobody can answer here: nothing was done. Give --yes to go on.`);
    const { confirm, isCancel } = await import("@clack/prompts");
    const { input, errors } = this.#options;
    const answer = await confirm({ message: question, initialValue: false, input, output: errors });
    if (isCancel(answer) || !answer) throw new AbortedError("You said no: nothing was done.");
  }

  async close(): Promise<void> {
    for (const progress of this.#drawing) progress.stop();
    await Promise.all([drained(this.#options.output), drained(this.#options.errors)]);
  }

  #say(line: string): void {
    const { errors } = this.#options;
    const shown = isTerminal(errors) ? wrappedText(line, errors.columns ?? this.width) : line;
    errors.write(this.#drawing.size > 0 ? `\r\u001b[2K${shown}\n` : `${shown}\n`);
  }
}

/** `isTTY` is missing on a pipe, though its type says that it is there. */
function isTerminal({ isTTY }: { readonly isTTY?: boolean }): boolean {
  return isTTY ?? false;
}

/** What was written has left: the process may end. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}
