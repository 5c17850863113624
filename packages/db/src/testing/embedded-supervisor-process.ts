import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { packageRoot, runsFromSource } from "../package-root.ts";
import type { SupervisorAnswer, SupervisorCommand, SupervisorOrder } from "./embedded-protocol.ts";

/** The process that owns an embedded server, and removes it when this one ends, even if it is killed. */
export class EmbeddedSupervisor {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: SupervisorAnswer[] = [];
  #onAnswer: ((answer: SupervisorAnswer) => void) | undefined;
  #output = "";
  #errors = "";

  private constructor() {
    const program = new URL(
      runsFromSource ? "src/embedded-supervisor.ts" : "dist/embedded-supervisor.mjs",
      packageRoot,
    );
    this.#process = spawn(process.execPath, [fileURLToPath(program)], {
      // Its own process group, so that Ctrl-C reaches only us.
      detached: true,
      windowsHide: true,
      env: { ...process.env, NODE_OPTIONS: "", NODE_NO_WARNINGS: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process.stdin.on("error", () => undefined);
    this.#process.stderr.on("data", (chunk: Buffer) => (this.#errors += chunk.toString("utf8")));
    this.#process.stdout.on("data", (chunk: Buffer) => this.#read(chunk.toString("utf8")));
    this.#process.once("error", (error) => this.#take({ error: error.message }));
    this.#process.once("close", () => this.#take({ error: lastLines(this.#errors) || "its process ended" }));
  }

  /** Starts it, and resolves to its first answer too. */
  static async start(
    order: SupervisorOrder,
  ): Promise<{ readonly supervisor: EmbeddedSupervisor; readonly answer: SupervisorAnswer }> {
    const supervisor = new EmbeddedSupervisor();
    const answer = await supervisor.#send(order);
    supervisor.#letGo();
    return { supervisor, answer };
  }

  /** @throws {Error} the command failed. */
  async tell(command: SupervisorCommand): Promise<Exclude<SupervisorAnswer, { readonly error: string }>> {
    this.#process.ref();
    const answer = await this.#send(command);
    this.#process.unref();
    if ("error" in answer) throw new Error(`the embedded PostgreSQL: ${answer.error}`);
    return answer;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.ref();
    this.#process.stdin.end();
    await exited;
  }

  #send(message: SupervisorOrder | SupervisorCommand): Promise<SupervisorAnswer> {
    const early = this.#answers.shift();
    if (early !== undefined) return Promise.resolve(early);
    this.#process.stdin.write(`${JSON.stringify(message)}\n`);
    return new Promise((resolve) => (this.#onAnswer = resolve));
  }

  #read(text: string): void {
    const lines = (this.#output + text).split("\n");
    this.#output = lines.pop() ?? "";
    for (const line of lines) this.#take(JSON.parse(line) as SupervisorAnswer);
  }

  #take(answer: SupervisorAnswer): void {
    const take = this.#onAnswer;
    this.#onAnswer = undefined;
    if (take === undefined) this.#answers.push(answer);
    else take(answer);
  }

  /** The process may end although the supervisor and the pipes to it are there: that end is its signal to clean up. */
  #letGo(): void {
    this.#process.unref();
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) {
      if ("unref" in stream && typeof stream.unref === "function") stream.unref();
    }
  }
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-3).join(" | ");
}
