/** The command line or the configuration is wrong. `message` names the flag or setting and says what it must be. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
