import { isServerFailure, isStalePlan } from "./server-failure.ts";

/**
 * The texts of prepared statements that a pooler keeps track of. It prepares a text once on each server session, and goes on
 * using that when DDL has changed the result: a connection of ours that is new does not help, and PostgreSQL refuses the
 * statement for as long as the session lives ("cached plan must not change result type"). So the text is changed, by a
 * comment, which makes it another statement to the pooler and the same to PostgreSQL.
 */
export class TrackedStatements {
  readonly #generations = new Map<string, number>();

  textOf(text: string): string {
    const generation = this.#generations.get(text);
    return generation === undefined ? text : `${text}\n/* offramp: prepared anew, ${generation} */`;
  }

  /**
   * Whether a statement, sent as `sent`, failed for that reason, so that it can be sent again. Of many that fail at once the
   * first one changes the text.
   */
  renewedAfter(error: unknown, text: string, sent: string): boolean {
    if (!isServerFailure(error) || !isStalePlan(error)) return false;
    if (this.textOf(text) === sent) this.#generations.set(text, (this.#generations.get(text) ?? 0) + 1);
    return true;
  }
}
