import { ConnectionError } from "../errors/connection-error.ts";
import { describeTarget, type Target } from "./target.ts";

/**
 * The password of a target.
 *
 * @throws {ConnectionError} the application's own function for it failed.
 */
export async function targetPassword(target: Target): Promise<string> {
  try {
    return await target.password();
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConnectionError(
      "authentication",
      `cannot connect as ${describeTarget(target)}: the function given as option "password" failed: ${reason}`,
    );
  }
}
