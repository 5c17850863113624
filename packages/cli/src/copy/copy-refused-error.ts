/** The copy did not begin: each obstacle says what is wrong and what to do. */
export class CopyRefusedError extends Error {
  override readonly name = "CopyRefusedError";
  readonly obstacles: readonly string[];

  constructor(obstacles: readonly string[]) {
    super(`Nothing was copied:\n${obstacles.map((line) => `  ${line}`).join("\n")}`);
    this.obstacles = obstacles;
  }
}
