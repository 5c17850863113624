import { spawn } from "node:child_process";
import { constants } from "node:os";

import { root } from "./root.mjs";

const forwarded = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Runs a program to its end and resolves to its exit code.
 *
 * The program runs in a process group of its own and every signal is handed on exactly once: a terminal
 * sends Ctrl-C to the whole foreground group, so a program in our group would get it twice and could
 * take the second one for "stop at once", in the middle of its cleaning up.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, quiet?: boolean }} [options] `quiet` collects the output instead of showing it
 * @returns {Promise<{ code: number, output: string, interrupted: boolean }>} `code` is 128 + signal when a signal ended it
 */
export function runProcess(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: options.quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      detached: process.platform !== "win32",
    });
    /** @type {NodeJS.Signals | undefined} */
    let received;
    /** @param {NodeJS.Signals} signal */
    const handOn = (signal) => {
      received ??= signal;
      child.kill(signal);
    };
    for (const signal of forwarded) process.on(signal, handOn);

    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on("data", (chunk) => chunks.push(chunk));
    child.stderr?.on("data", (chunk) => chunks.push(chunk));

    const settle = () => {
      for (const signal of forwarded) process.off(signal, handOn);
    };
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("close", (code, signal) => {
      settle();
      const ended = received ?? signal;
      resolve({
        code: ended ? 128 + constants.signals[ended] : (code ?? 1),
        output: Buffer.concat(chunks).toString("utf8"),
        interrupted: received !== undefined,
      });
    });
  });
}
