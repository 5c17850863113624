import type { Stream } from "node:stream";
import type { BackendKey } from "./cancel-request.ts";

/** A result as postgres.js makes it. */
export interface DriverResult extends ReadonlyArray<Record<string, string | null>> {
  readonly command?: string;
  /** Rows, as the server counted them. */
  readonly count?: number | null;
}

/** A result, one for each statement of a script, or the stream of a COPY, whose result follows. */
export type DriverAnswer = DriverResult | readonly DriverResult[] | Stream;

/** Is told what came of a query, as the driver reads it: before whatever follows it on the connection. */
export interface QueryListener {
  onAnswer(answer: DriverAnswer): void;
  /** May be called again, and after an answer. */
  onError(error: unknown): void;
}

/** With a name on the connection, by the simple protocol, or neither. */
export type Protocol = "prepared" | "simple" | "unnamed";

const OPTIONS = {
  prepared: Object.freeze({ prepare: true, simple: false }),
  simple: Object.freeze({ prepare: false, simple: true }),
  unnamed: Object.freeze({ prepare: false, simple: false }),
} as const satisfies Record<Protocol, object>;

const NO_ARGS: readonly never[] = Object.freeze([]);

/**
 * A query as postgres.js's connection reads and writes it, in place of the driver's own: that one is a promise with
 * functions made for each query, which cost a tenth of what a whole call allocates, and lived on in V8's young generation:
 * each of its collections took five times as long, and that was the slowest hundredth of all calls.
 *
 * The fields are those of postgres.js 3.4.9, the version that this package depends on.
 */
export class DriverQuery {
  /** Its parameters are text already; with them the driver sends parse, bind and execute in one go. */
  readonly parameters: (string | null)[];
  /** The session's key, from the moment when the statement is handed to the connection. */
  state: BackendKey | null = null;
  /** The connection has the statement already. Set when the message is built. */
  prepared = false;
  readonly tagged = false;
  readonly strings: readonly [string];
  readonly args = NO_ARGS;
  readonly options: (typeof OPTIONS)[Protocol];
  /** Where the query was written, for the stack of an error; that is told by ours. */
  readonly origin = "";
  active = false;
  cancelled: null = null;
  prepare: boolean | undefined = undefined;
  string: string | undefined = undefined;
  signature: string | false = "";
  onlyDescribe: boolean | undefined = undefined;
  describeFirst: boolean | undefined = undefined;
  statement: unknown = null;
  readonly #listener: QueryListener;

  constructor(
    { text, protocol }: { readonly text: string; readonly protocol: Protocol },
    values: readonly (string | null)[],
    listener: QueryListener,
  ) {
    this.strings = [text];
    this.options = OPTIONS[protocol];
    // The driver writes into it.
    this.parameters = [...values];
    this.#listener = listener;
  }

  /** Called by the driver. */
  resolve(answer: DriverAnswer): void {
    this.active = false;
    this.#listener.onAnswer(answer);
  }

  /** Called by the driver. */
  reject(error: unknown): void {
    this.active = false;
    this.#listener.onError(error);
  }
}
