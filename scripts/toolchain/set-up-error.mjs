/** A step of the set-up failed. The message says which, `reason` why, `remedy` what to do. */
export class SetUpError extends Error {
  /**
   * @param {string} message
   * @param {{ reason: string, remedy: string, exitCode?: number }} details
   */
  constructor(message, details) {
    super(message);
    this.name = "SetUpError";
    this.reason = details.reason;
    this.remedy = details.remedy;
    this.exitCode = details.exitCode ?? 1;
  }
}

/**
 * Runs a script's main function: its result is the exit code, and a failed set-up is printed without a stack trace.
 *
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    console.error(`\n${error.message}`);
    console.error(error.reason.trim().replaceAll(/^/gm, "  "));
    if (error.remedy) console.error(`What to do: ${error.remedy}`);
    process.exitCode = error.exitCode;
  }
}
