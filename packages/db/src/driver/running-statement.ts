import type { Statement } from "../port.ts";
import { type DriverAnswer, DriverQuery, type Protocol, type QueryListener } from "./driver-query.ts";
import type { Turn } from "./statement-turns.ts";

/** What a statement is sent as. */
export interface SentAs {
  /** Its text, with the mark of the session's settings where the driver keeps it prepared. */
  readonly text: string;
  readonly protocol: Protocol;
  /** Others may be on their way behind it. */
  readonly pipelined: boolean;
}

/** The connection that a statement runs on, which is told how it ended. */
export interface StatementEnd<T> {
  readonly answered: (running: RunningStatement<T>, answer: DriverAnswer) => void;
  readonly failed: (running: RunningStatement<T>, error: unknown) => void;
}

/** Whoever waits for a statement. */
export interface Waiter<T> {
  readonly resolve: (outcome: T | Promise<T>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A statement from when it is given to the driver until it has ended, and whoever waits for it. Every call makes one, so
 * it is an object that the driver and the connection share, and not a set of closures.
 */
export class RunningStatement<T> implements QueryListener, Turn {
  readonly statement: Statement;
  readonly sentAs: SentAs;
  readonly query: DriverQuery;
  cancelWanted = false;
  onEnded: (() => void) | undefined;
  onAbort: (() => void) | undefined;
  readonly #end: StatementEnd<T>;
  readonly #waiter: Waiter<T>;
  #ended = false;

  constructor(
    { statement, sentAs }: { readonly statement: Statement; readonly sentAs: SentAs },
    end: StatementEnd<T>,
    waiter: Waiter<T>,
  ) {
    this.statement = statement;
    this.sentAs = sentAs;
    this.query = new DriverQuery(sentAs, statement.values ?? [], this);
    this.#end = end;
    this.#waiter = waiter;
  }

  resolve(outcome: T | Promise<T>): void {
    this.#waiter.resolve(outcome);
  }

  reject(error: Error): void {
    this.#waiter.reject(error);
  }

  onAnswer(answer: DriverAnswer): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end.answered(this, answer);
  }

  /** When a connection breaks, the driver tells more than once. */
  onError(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end.failed(this, error);
  }
}
