import { once } from "node:events";
import net from "node:net";

/**
 * A place in the network between a client and a server, where a test may break things.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { relayTo, type Relay } from "@offramp/db/testing";
 *
 * const relay: Relay = await relayTo("postgres://postgres:postgres@127.0.0.1:5432/postgres");
 * const db = connect({ url: relay.url });
 * await db.query({ text: "select 1" });
 * relay.cut();
 * console.log(await db.query({ text: "select 2", readOnly: true }), relay.accepted);
 * await db.close();
 * await relay.close();
 */
export interface Relay {
  /** The server's URL, by way of the relay. */
  readonly url: string;
  /** Connections that clients have made so far. */
  readonly accepted: number;
  /** From now on new connections go to another server, as when a name is moved. */
  pointTo(url: string): void;
  /** Resets every connection (ECONNRESET). */
  cut(): void;
  /** Resets new connections too, until told otherwise. */
  refuse(refusing: boolean): void;
  /** Passes nothing on any more in either direction, as a network that drops packets; `false` lets it all through. */
  freeze(frozen: boolean): void;
  /** Passes nothing on for the connections that there are, ever, and everything for new ones: as after a move of the network. */
  forget(): void;
  close(): Promise<void>;
}

/**
 * Starts a relay to the server of a URL.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { relayTo, throwawayPostgres } from "@offramp/db/testing";
 *
 * const postgres = await throwawayPostgres();
 * const relay = await relayTo(postgres.url);
 * const db = connect({ url: relay.url });
 * await db.query({ text: "select 1" });
 * relay.freeze(true);
 * setTimeout(() => relay.freeze(false), 500);
 * await db.query({ text: "select 2" });
 * await db.close();
 * await relay.close();
 * await postgres.stop();
 */
export async function relayTo(url: string): Promise<Relay> {
  const pairs = new Set<readonly [net.Socket, net.Socket]>();
  const forgotten = new Set<readonly [net.Socket, net.Socket]>();
  let target = new URL(url);
  let accepted = 0;
  let refusing = false;
  let frozen = false;
  const server = net.createServer({ pauseOnConnect: true }, (client) => {
    accepted += 1;
    client.on("error", () => undefined);
    if (refusing) return void client.resetAndDestroy();
    const upstream = net.connect(Number(target.port), target.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on("error", () => undefined);
      from.on("data", (chunk) => void to.write(chunk));
      from.on("end", () => to.end());
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
    if (frozen) upstream.pause();
    else client.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const relayed = new URL(url);
  relayed.hostname = "127.0.0.1";
  relayed.port = String((server.address() as net.AddressInfo).port);
  const cut = (): void => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  };
  return {
    url: relayed.href,
    get accepted() {
      return accepted;
    },
    pointTo: (other) => void (target = new URL(other)),
    cut,
    refuse: (value) => void (refusing = value),
    freeze(value) {
      frozen = value;
      for (const socket of [...pairs].flat()) {
        if (value) socket.pause();
        else socket.resume();
      }
    },
    forget() {
      frozen = false;
      for (const socket of [...pairs].flat()) socket.pause();
      for (const pair of pairs) forgotten.add(pair);
      pairs.clear();
    },
    async close() {
      for (const pair of forgotten) pairs.add(pair);
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
