/** Reads the fields of one message in order. Numbers are big-endian, texts end with a zero byte. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int8(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }

  int16(): number {
    return this.#bytes.readUInt16BE(this.#step(2));
  }

  int32(): number {
    return this.#bytes.readUInt32BE(this.#step(4));
  }

  int64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#step(8));
  }

  letter(): string {
    return String.fromCharCode(this.int8());
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end === -1) throw new Error("a message of the replication slot ends inside a name");
    const text = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return text;
  }

  textOf(length: number): string {
    const start = this.#step(length);
    return this.#bytes.toString("utf8", start, start + length);
  }

  #step(length: number): number {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error("a message of the replication slot ends too early");
    return start;
  }
}
