import type { Socket } from "node:net";
import { Readable, Stream, Writable } from "node:stream";

import { CopyReceiver } from "./copy-receiver.ts";
import type { DriverAnswer, DriverResult, QueryListener } from "./driver-query.ts";

/**
 * One COPY on a connection, from its first byte to the server's `ReadyForQuery`.
 *
 * postgres.js hands out a stream and forgets the statement: when the server refuses the last rows (a constraint that is
 * checked at the end, say), the stream is not told. So this listens to the query itself: the driver
 * tells it first the stream and then the result, or an error.
 */
export class CopyExchange implements QueryListener {
  /** The result, when the server has taken or sent everything. Rejected with what the server or the socket said. */
  readonly ended: Promise<DriverResult>;
  readonly #opened = deferred<Stream>();
  readonly #ended = deferred<DriverResult>();
  readonly #translate: (error: unknown) => Error;
  readonly #receiver: CopyReceiver;
  #hasEnded = false;

  constructor({
    translate,
    socket,
  }: {
    readonly translate: (error: unknown) => Error;
    readonly socket: Socket;
  }) {
    this.#translate = translate;
    this.#receiver = new CopyReceiver(socket);
    this.ended = this.#ended.promise;
    // Whoever waits is told; nobody has to wait for both.
    this.#opened.promise.catch(() => undefined);
    this.ended.catch(() => undefined);
  }

  onAnswer(answer: DriverAnswer): void {
    if (answer instanceof Stream) {
      // The driver destroys it with the error that is told here too.
      answer.on("error", () => undefined);
      this.#opened.resolve(answer);
      return;
    }
    this.#end();
    this.#opened.reject(notACopy());
    this.#ended.resolve(answer as DriverResult);
  }

  onError(error: unknown): void {
    this.#end();
    const told = this.#translate(error);
    this.#opened.reject(told);
    this.#ended.reject(told);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * What the server sends, in blocks: some wait while the consumer works, and then the server does.
   *
   * @throws whatever ended it early.
   */
  async *read(): AsyncGenerator<Buffer, void, undefined> {
    const stream = await this.#opened.promise;
    if (!(stream instanceof Readable) || stream instanceof Writable) throw notACopy();
    yield* this.#receiver.blocks();
    await this.ended;
  }

  /**
   * Sends the blocks one after the other, each when the socket has taken the one before.
   *
   * @returns the rows that the server counted.
   * @throws what `blocks` threw: then nothing was copied. Otherwise whatever the server said.
   */
  async write(blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number> {
    const stream = await this.#opened.promise;
    if (!(stream instanceof Writable) || stream instanceof Readable) throw notACopy();
    try {
      for await (const block of blocks) {
        if (block.length === 0) continue;
        await new Promise<void>((resolve) => stream.write(block, () => resolve()));
        // The server has refused a row: no use in reading more.
        if (this.#hasEnded) break;
      }
    } catch (error) {
      // CopyFail: the server drops what it got. The words go to its log, so they are ours and not the error's.
      stream.destroy(new Error("the sender gave up"));
      await this.ended.catch(() => undefined);
      throw error;
    }
    if (!this.#hasEnded) stream.end();
    return (await this.ended).count ?? 0;
  }

  #end(): void {
    this.#hasEnded = true;
    this.#receiver.end();
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** `Promise.withResolvers` is not in Node 20. */
function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((one, other) => {
    resolve = one;
    reject = other;
  });
  return { promise, resolve, reject };
}

function notACopy(): TypeError {
  return new TypeError("copyOut() takes one COPY … TO STDOUT, copyIn() one COPY … FROM STDIN");
}
