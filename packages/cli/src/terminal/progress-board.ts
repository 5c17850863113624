import { fit } from "./fit.ts";
import type { ProgressBoard } from "./running-progress.ts";

const BAR = 24;

/** Draws a bar over the last line of a terminal. */
export function drawnBoard(out: NodeJS.WriteStream): ProgressBoard {
  const over = (line: string): void => {
    out.write(`\r\u001b[2K${fit(line, out.columns ?? 80)}`);
  };
  return {
    everyMs: 100,
    show: (fraction, line) => over(fraction === undefined ? line : `${bar(fraction)} ${line}`),
    end: (line) => out.write(line === undefined ? "\r\u001b[2K" : `\r\u001b[2K${line}\n`),
  };
}

/** Adds a line every five seconds, for logs. */
export function plainBoard(say: (line: string) => void): ProgressBoard {
  return {
    everyMs: 5_000,
    show: (_fraction, line) => say(line),
    end: (line) => {
      if (line !== undefined) say(line);
    },
  };
}

function bar(fraction: number): string {
  const full = Math.round(fraction * BAR);
  return `${"█".repeat(full)}${"░".repeat(BAR - full)} ${String(Math.floor(fraction * 100)).padStart(3)} %`;
}
