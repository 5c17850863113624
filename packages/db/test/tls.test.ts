import { once } from "node:events";
import { readFileSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { connect, ConnectionError, type ConnectOptions } from "../src/index.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();
const certificate = (name: string): string =>
  readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), "utf8");
const ca = certificate("authority");

let server: net.Server;
let port = 0;
/** What the server answers to the request for TLS. */
let answer = "S";

beforeAll(async () => {
  server = net.createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(answer);
      if (answer !== "S") return;
      const secure = new tls.TLSSocket(socket, {
        isServer: true,
        cert: certificate("server"),
        key: certificate("server-key"),
      });
      const { hostname, port: upstreamPort } = new URL(database.url);
      const upstream = net.connect(Number(upstreamPort), hostname);
      secure.on("error", () => upstream.destroy()).on("close", () => upstream.destroy());
      upstream.on("error", () => secure.destroy()).on("close", () => secure.destroy());
      secure.pipe(upstream).pipe(secure);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as net.AddressInfo).port;
});
afterAll(() => void server.close());

function through(options: ConnectOptions): ReturnType<typeof connect> {
  const { pathname, username, password } = new URL(database.url);
  return connect({
    host: "127.0.0.1",
    port,
    database: pathname.slice(1),
    user: username,
    password,
    ...options,
  });
}

async function tlsFailure(options: ConnectOptions): Promise<string> {
  const db = through(options);
  const error = await rejection(db.query({ text: "select 1" }));
  await db.close();
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toMatchObject({ problem: "tls" });
  return error.message;
}

describe("an encrypted connection", () => {
  test("whose certificate is trusted and carries the right name", async () => {
    const db = through({ ssl: { ca, serverName: "db.clinic.test" } });
    expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    expect(await db.health()).toMatchObject({ reachable: true, tls: true });
    await db.close();
  });

  test("can be cancelled", async () => {
    const db = through({ ssl: { ca, serverName: "db.clinic.test" } });
    await db.query({ text: "select 1" });
    const error = await rejection(db.query({ text: "select pg_sleep(60)", signal: AbortSignal.timeout(50) }));
    expect(error).toMatchObject({ code: "57014" });
    await db.close();
  });

  test("is refused when the certificate is for another name", async () => {
    expect(await tlsFailure({ ssl: { ca } })).toMatch(
      /the server's certificate is for another name.*Connect by the name in the certificate, or give it with the option ssl: \{ serverName \}/,
    );
    expect(await tlsFailure({ ssl: { ca, serverName: "db.other.test" } })).toMatch(
      /certificate is for another name/,
    );
  });

  test("is refused when nobody trusts the certificate's authority", async () => {
    expect(await tlsFailure({ ssl: "verify-full" })).toMatch(
      /issued by an authority that this machine does not trust \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\. To trust it, give the authority's certificates with the option ssl: \{ ca \}/,
    );
  });
});

describe("a server that does not do TLS", () => {
  test("is refused, with the remedy", async () => {
    const db = connect({ url: `${database.url}?sslmode=require` });
    const error = await rejection(db.query({ text: "select 1" }));
    expect(error).toMatchObject({ problem: "tls" });
    expect(error.message).toMatch(
      /TLS is required, but the server does not offer it\. Switch TLS on in the server/,
    );
    await db.close();
  });

  test("so is one that slips in data before the handshake", async () => {
    answer = "SELECT";
    expect(await tlsFailure({ ssl: { ca, serverName: "db.clinic.test" } })).toMatch(
      /does not speak PostgreSQL's TLS negotiation/,
    );
    answer = "S";
  });
});
