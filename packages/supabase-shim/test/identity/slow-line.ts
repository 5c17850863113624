import { connect as connectSocket, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A way to the server on which every byte takes its time, in both directions. */
export interface SlowLine {
  /** The server's URL by this way. */
  readonly url: string;
  /**
   * How often the client sent something because of an answer: it had received bytes since it last sent some. What is
   * sent without waiting counts once.
   */
  turns(): number;
  close(): Promise<void>;
}

/** @param delayMs how long a byte takes in each direction. */
export async function slowLine(serverUrl: string, delayMs: number): Promise<SlowLine> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let turns = 0;
  const server: Server = createServer((client) => {
    const upstream = connectSocket(Number(target.port), target.hostname);
    let answered = true;
    client.on("data", (bytes) => {
      if (answered) turns += 1;
      answered = false;
      setTimeout(() => upstream.write(bytes), delayMs);
    });
    upstream.on("data", (bytes) => {
      setTimeout(() => {
        answered = true;
        client.write(bytes);
      }, delayMs);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
    }
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(serverUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    turns: () => turns,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
