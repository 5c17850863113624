import type * as DnsModule from "node:dns";
import { createRequire } from "node:module";
import net from "node:net";

// The object on which Node's sockets look a name up.
const dns = createRequire(import.meta.url)("node:dns") as typeof DnsModule;
type Found = (
  error: Error | null,
  addresses: readonly { readonly address: string; readonly family: 4 }[],
) => void;

/** A name that no name server knows (RFC 6761). */
export const MOVING_NAME = "clinic.db.invalid";
const BEFORE = "127.0.0.1";
const AFTER = "127.0.0.2";

/** The name's address, in this process alone. */
export interface MovingName {
  move(): void;
  forget(): void;
}

/** From now on the name leads to 127.0.0.1; after `move()` to 127.0.0.2. Every other name is looked up as it is. */
export function movingName(): MovingName {
  const lookup = dns.lookup;
  let address = BEFORE;
  const moved = (name: string, options: object, found: Found): void => {
    if (name === MOVING_NAME) found(null, [{ address, family: 4 }]);
    else lookup(name, options, found as never);
  };
  dns.lookup = moved as typeof dns.lookup;
  return { move: () => void (address = AFTER), forget: () => void (dns.lookup = lookup) };
}

/** Lets 127.0.0.2 on `port` lead to the server of a URL. Only Linux gives a machine the rest of 127.0.0.0/8. */
export async function leadTo(url: string, port: number): Promise<() => void> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(new URL(url).port), BEFORE);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => (client.destroy(), upstream.destroy()));
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve, reject) => server.on("error", reject).listen(port, AFTER, resolve));
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}
