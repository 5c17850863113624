import net from "node:net";
import tls from "node:tls";
import { ConnectionError } from "../errors/connection-error.ts";
import { connectTimeout, socketFailure } from "./connection-failure.ts";
import { address, type Target } from "./target.ts";
import { trustedAuthorities } from "./trusted-authorities.ts";

/** Length 8, then the code that asks the server to switch to TLS. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const TLS_ACCEPTED = 83; // "S"
const TLS_REFUSED = 78; // "N"

/**
 * Opens a socket to the server, encrypted and verified as the target says, ready for the startup message.
 *
 * We do this ourselves, because the driver cannot tell a server without TLS from a broken handshake,
 * and would accept any certificate in some of its modes.
 */
export async function openSocket(target: Target, timeoutMs: number): Promise<net.Socket> {
  let current: net.Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(connectTimeout(target, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([establish(target, (socket) => (current = socket)), timedOut]);
  } catch (error) {
    current?.destroy();
    throw error instanceof ConnectionError ? error : socketFailure(error, target);
  } finally {
    clearTimeout(timer);
  }
}

async function establish(target: Target, onSocket: (socket: net.Socket) => void): Promise<net.Socket> {
  const plain = target.host.startsWith("/")
    ? net.connect({ path: address(target) })
    : net.connect({ host: target.host, port: target.port });
  quiet(plain).setNoDelay(true);
  onSocket(plain);
  await event(plain, "connect");
  if (target.tls.mode === "off") return plain;

  plain.write(SSL_REQUEST);
  const answer = await event<Buffer>(plain, "data");
  if (answer[0] === TLS_REFUSED) throw noTls(target);
  // More than the one byte would be data that an attacker put before the handshake.
  if (answer[0] !== TLS_ACCEPTED || answer.length !== 1) {
    throw new ConnectionError(
      "tls",
      `cannot connect to PostgreSQL at ${address(target)}: what answers there does not speak PostgreSQL's TLS negotiation. Check host and port.`,
    );
  }
  const encrypted = tls.connect({ socket: plain, minVersion: "TLSv1.2", ...(await verification(target)) });
  onSocket(encrypted);
  await event(encrypted, "secureConnect");
  return quiet(encrypted);
}

async function verification({ host, tls: plan }: Target): Promise<tls.ConnectionOptions> {
  const name = (plan.mode === "verify-full" ? plan.serverName : undefined) ?? host;
  // Node compares the certificate with `host` when there is no server name: IP addresses have none.
  const named = { host: name, ...(net.isIP(name) === 0 ? { servername: name } : {}) };
  // Only where the application has said `dangerouslyAcceptAnyCertificate`; whatever else a plan may say, it is verified.
  if (plan.mode === "unverified") return { ...named, rejectUnauthorized: false };
  const secureContext = await trustedAuthorities(name, plan.mode === "verify-full" ? plan.ca : undefined);
  return { ...named, ...(secureContext === undefined ? {} : { secureContext }) };
}

function noTls(target: Target): ConnectionError {
  return new ConnectionError(
    "tls",
    `cannot connect to PostgreSQL at ${address(target)}: TLS is required, but the server does not offer it. ` +
      'Switch TLS on in the server. For a server on this machine, remove sslmode from the URL or set the option ssl to "disable".',
  );
}

/** Waits for one event; an error or the end of the socket rejects. */
function event<T = void>(socket: net.Socket, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      socket.off(name, onEvent).off("error", onError).off("close", onClose);
      finish();
    };
    const onEvent = (value: T): void => settle(() => resolve(value));
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (): void => settle(() => reject(new Error("the server closed the connection")));
    socket.once(name, onEvent).once("error", onError).once("close", onClose);
  });
}

/** There are moments in which nobody else listens, and an unheard `error` event would end the process. */
function quiet(socket: net.Socket): net.Socket {
  return socket.on("error", () => undefined);
}
