import type { Socket } from "node:net";

const COPY_DATA = 0x64; // "d"
const READY_FOR_QUERY = 0x5a; // "Z"
/** A message's kind, and its length without the kind. */
const HEADER_BYTES = 5;
/** What may wait for the consumer before the server is made to wait. */
const MOST_WAITING = 131_072;

/**
 * Takes the rows of a `COPY … TO STDOUT` off the socket, and leaves every other message to the driver.
 *
 * PostgreSQL sends a message for each row, and the driver makes three objects of each. Here the rows of what the socket
 * read at once are moved together where they lie, and are one block.
 *
 * Source: PostgreSQL's documentation, "Message Formats" and "COPY Operations".
 */
export class CopyReceiver {
  readonly #socket: Socket;
  readonly #driver: readonly ((part: Buffer) => void)[];
  readonly #onData = (part: Buffer): void => this.#take(part);
  /** A header of which a part has arrived. */
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #kind = 0;
  /** What is missing of the current message. */
  #missing = 0;
  readonly #blocks: Buffer[] = [];
  #waiting = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  /** @param socket on which nothing is under way. */
  constructor(socket: Socket) {
    this.#socket = socket;
    this.#driver = socket.listeners("data") as ((part: Buffer) => void)[];
    socket.on("data", this.#onData);
    for (const listener of this.#driver) socket.off("data", listener);
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The rows' bytes, until the end. */
  async *blocks(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        const block = this.#blocks.shift();
        if (block !== undefined) {
          this.#waiting -= block.length;
          if (this.#waiting < MOST_WAITING) this.#socket.resume();
          yield block;
          // Who computes for long with each block must not keep the process from everything else.
          if (this.#blocks.length > 0) await new Promise((resolve) => setImmediate(resolve));
        } else if (this.#ended) return;
        else {
          await new Promise<void>((resolve) => (this.#wake = resolve));
          this.#wake = undefined;
        }
      }
    } finally {
      // The consumer may have left while the server waits.
      this.#socket.resume();
    }
  }

  #take(part: Buffer): void {
    let kept = 0;
    for (let at = 0; at < part.length;) {
      if (this.#missing === 0) {
        at = this.#readHeader(part, at);
        if (this.#missing === 0) continue;
      }
      const end = Math.min(part.length, at + this.#missing);
      this.#missing -= end - at;
      if (this.#kind === COPY_DATA) {
        part.copyWithin(kept, at, end);
        kept += end - at;
      } else {
        this.#leaveToDriver(part.subarray(at, end));
        if (this.#missing === 0 && this.#kind === READY_FOR_QUERY) {
          // What follows, such as a notification, is the driver's, also where only its beginning has arrived.
          if (end < part.length) this.#leaveToDriver(part.subarray(end));
          this.#giveBack();
          break;
        }
      }
      at = end;
    }
    if (kept === 0) return;
    this.#blocks.push(part.subarray(0, kept));
    this.#waiting += kept;
    if (this.#waiting >= MOST_WAITING) this.#socket.pause();
    this.#wake?.();
  }

  /** @returns where the message goes on; nothing is missing while its header is not complete, or where that is all of it. */
  #readHeader(part: Buffer, start: number): number {
    const header = this.#header;
    let at = start;
    while (this.#headerBytes < HEADER_BYTES && at < part.length) {
      header[this.#headerBytes] = part[at] ?? 0;
      this.#headerBytes += 1;
      at += 1;
    }
    if (this.#headerBytes < HEADER_BYTES) return at;
    this.#headerBytes = 0;
    this.#kind = header[0] ?? 0;
    this.#missing = header.readInt32BE(1) - 4;
    if (this.#kind !== COPY_DATA) this.#leaveToDriver(Buffer.from(header));
    return at;
  }

  #leaveToDriver(bytes: Buffer): void {
    for (const listener of this.#driver) listener(bytes);
  }

  #giveBack(): void {
    for (const listener of this.#driver) this.#socket.on("data", listener);
    this.#socket.off("data", this.#onData);
  }
}
