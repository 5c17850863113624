/**
 * Something was set wrongly: an option, an environment variable, a secret, a migration source.
 *
 * `message` is one line that names the setting and says what it must be. It never contains a secret.
 *
 * @example
 * import { ConfigurationError, connect } from "@offramp/db";
 *
 * try {
 *   connect({ url: "postgres://app@localhost/clinic", max: 0 });
 * } catch (error) {
 *   if (error instanceof ConfigurationError) console.error(error.message);
 * }
 */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}
