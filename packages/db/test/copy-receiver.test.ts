import { EventEmitter } from "node:events";
import type { Socket } from "node:net";

import { expect, test } from "vitest";

import { CopyReceiver } from "../src/driver/copy-receiver.ts";

/** A message of the protocol: its kind, its length with itself, its body. Source: PostgreSQL's "Message Formats". */
function message(kind: string, body: string): Buffer {
  const bytes = Buffer.alloc(5 + Buffer.byteLength(body));
  bytes.write(kind, "latin1");
  bytes.writeInt32BE(4 + Buffer.byteLength(body), 1);
  bytes.write(body, 5);
  return bytes;
}

class FakeSocket extends EventEmitter {
  waits = false;
  pause(): void {
    this.waits = true;
  }
  resume(): void {
    this.waits = false;
  }
}

const exchange = Buffer.concat([
  message("H", "\0\0\0"),
  message("d", "1\tone\n"),
  message("N", "a notice"),
  message("d", ""),
  message("d", `2\t${"x".repeat(300)}\n`),
  message("c", ""),
  message("C", "COPY 2\0"),
  message("Z", "I"),
  // It may come with the last of the COPY in one read, or its beginning may.
  message("A", "told to whoever listens"),
]);

test.each([1, 2, 3, 4, 5, 7, 64, 379, 10_000])(
  "rows are told from other messages, in reads of %i bytes",
  async (size) => {
    const socket = new FakeSocket();
    const driver: Buffer[] = [];
    // The driver keeps what has not arrived whole, and the receiver moves bytes about.
    socket.on("data", (part: Buffer) => driver.push(Buffer.from(part)));
    const receiver = new CopyReceiver(socket as unknown as Socket);
    for (let at = 0; at < exchange.length; at += size)
      socket.emit("data", Buffer.from(exchange.subarray(at, at + size)));
    receiver.end();
    const rows: Buffer[] = [];
    for await (const block of receiver.blocks()) rows.push(block);
    expect(Buffer.concat(rows).toString()).toBe(`1\tone\n2\t${"x".repeat(300)}\n`);
    expect(Buffer.concat(driver)).toEqual(
      Buffer.concat([
        message("H", "\0\0\0"),
        message("N", "a notice"),
        message("c", ""),
        message("C", "COPY 2\0"),
        message("Z", "I"),
        message("A", "told to whoever listens"),
      ]),
    );
    socket.emit("data", message("S", "later"));
    expect(driver.at(-1)).toEqual(message("S", "later"));
  },
);

test("the server waits while blocks do, and not when the consumer has left", async () => {
  const socket = new FakeSocket();
  const receiver = new CopyReceiver(socket as unknown as Socket);
  const send = (): boolean => socket.emit("data", message("d", "x".repeat(50_000)));
  send();
  send();
  expect(socket.waits).toBe(false);
  send();
  expect(socket.waits).toBe(true);
  for await (const block of receiver.blocks()) {
    expect(block).toHaveLength(50_000);
    expect(socket.waits).toBe(false);
    send();
    expect(socket.waits).toBe(true);
    break;
  }
  expect(socket.waits).toBe(false);
});
