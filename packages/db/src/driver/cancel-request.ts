import { once } from "node:events";
import { openSocket } from "./open-socket.ts";
import type { Target } from "./target.ts";

const CANCEL_CODE = 80_877_102;
const TIMEOUT_MS = 5_000;

/** The key that the server gave a session, with which another connection may cancel its running statement. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/** Asks PostgreSQL to cancel what the session is running. Resolves when the server has passed it on. */
export async function sendCancelRequest(target: Target, key: BackendKey): Promise<void> {
  const socket = await openSocket(target, TIMEOUT_MS);
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL_CODE, 4);
  message.writeUInt32BE(key.pid, 8);
  message.writeUInt32BE(key.secret, 12);
  const closed = once(socket, "close");
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
  // The server closes. A pooler would drop the request of a client that has left.
  socket.write(message);
  socket.resume();
  await closed;
}
