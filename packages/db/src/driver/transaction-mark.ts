import type { Statement } from "../port.ts";

const BEGIN = /^\s*(?:begin|start\s+transaction)\b/i;
const END = /^\s*(?:commit|rollback|end|abort)\s*;?\s*$/i;

/**
 * Remembers whether a transaction may be open on a connection. It errs towards "open": then a
 * `rollback` is sent before the connection is used by somebody else, which does no harm.
 */
export class TransactionMark {
  #open = false;

  get open(): boolean {
    return this.#open;
  }

  sent(statement: Statement): void {
    if (statement.script === true || BEGIN.test(statement.text)) this.#open = true;
    else if (this.#open && END.test(statement.text)) this.#open = false;
  }

  /** Catches a `begin` that the text did not show, for example behind a comment. */
  done(statement: Statement, command: string | undefined): void {
    if ((command === "BEGIN" || command === "START TRANSACTION") && !BEGIN.test(statement.text))
      this.#open = true;
  }
}
