/** What has to be undone at the end, whatever the end: last added, first undone, each once. */
export class CleanUp {
  readonly #tasks: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;

  add(task: () => Promise<void>): void {
    this.#tasks.push(task);
  }

  run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<void> {
    for (const task of this.#tasks.toReversed()) await task();
  }
}
