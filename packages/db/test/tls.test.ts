import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { connect, ConnectionError, type ConnectOptions } from "../src/index.ts";
import { amazonAuthorities, trustedAuthorities } from "../src/driver/trusted-authorities.ts";
import {
  type Certificate,
  certificateAuthority,
  type CertificateAuthority,
} from "./certificate-authority.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();
let authority: CertificateAuthority;
let ca: string;
/** What the server shows. */
let shown: Certificate;

let server: net.Server;
let port = 0;
/** What the server answers to the request for TLS. */
let answer = "S";

beforeAll(async () => {
  authority = await certificateAuthority();
  ca = authority.ca;
  shown = await authority.issue({ dns: "db.clinic.test" });
  server = net.createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(answer);
      if (answer !== "S") return;
      const secure = new tls.TLSSocket(socket, {
        isServer: true,
        cert: shown.cert,
        key: shown.key,
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

/** Shows another certificate while `work` runs. */
async function showing(certificate: Certificate, work: () => Promise<void>): Promise<void> {
  const before = shown;
  shown = certificate;
  try {
    await work();
  } finally {
    shown = before;
  }
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

  test("by the address that the certificate carries", async () => {
    await showing(await authority.issue({ ip: "127.0.0.1" }), async () => {
      const db = through({ ssl: { ca } });
      expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
      await db.close();
    });
  });

  test("is refused when the certificate has expired", async () => {
    await showing(await authority.issue({ dns: "db.clinic.test" }, -1), async () => {
      expect(await tlsFailure({ ssl: { ca, serverName: "db.clinic.test" } })).toMatch(
        /the server's certificate is not valid today \(CERT_HAS_EXPIRED\)\. Renew the certificate/,
      );
    });
  });

  test("is refused when the certificate is from another authority of the same name", async () => {
    const impostor = await certificateAuthority();
    await showing(await impostor.issue({ dns: "db.clinic.test" }), async () => {
      expect(await tlsFailure({ ssl: { ca, serverName: "db.clinic.test" } })).toMatch(
        /the TLS handshake failed|issued by an authority that this machine does not trust/,
      );
    });
  });

  test("is refused when nobody trusts the certificate's authority", async () => {
    expect(await tlsFailure({ ssl: "verify-full" })).toMatch(
      /issued by an authority that this machine does not trust \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\. To trust it, give the authority's certificates with the option ssl: \{ ca \}/,
    );
  });
});

describe("an encrypted connection that is not verified", () => {
  test("talks to whoever answers, by an option that says so", async () => {
    const impostor = await certificateAuthority();
    await showing(await impostor.issue({ dns: "db.other.test" }, -1), async () => {
      const db = through({ dangerouslyAcceptAnyCertificate: true });
      expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
      expect(await db.health()).toMatchObject({ reachable: true, tls: true });
      await db.close();
    });
  });
});

describe("hosts of Amazon RDS", () => {
  const host = "clinic.abc123.eu-central-1.rds.amazonaws.com";

  test("are trusted by Amazon's authorities for RDS, which no other host is", async () => {
    const authorities = (await amazonAuthorities()).map((pem) => new X509Certificate(pem));
    const valid = authorities.filter(({ validTo }) => new Date(validTo) > new Date());
    expect(valid.some(({ subject }) => /CN=Amazon RDS eu-central-1 Root CA RSA2048 G1/.test(subject))).toBe(
      true,
    );
    expect(valid.every((certificate) => certificate.ca)).toBe(true);
    expect(await trustedAuthorities(host, undefined)).toBeDefined();
    for (const other of ["db.clinic.test", "rds.amazonaws.com.evil.test", "xrds.amazonaws.com"])
      expect(await trustedAuthorities(other, undefined)).toBeUndefined();
  });

  test("and by nobody else", async () => {
    await showing(await authority.issue({ dns: host }), async () => {
      // The proxy stands where Amazon's name server would point to.
      expect(await tlsFailure({ ssl: { serverName: host } })).toMatch(
        /issued by an authority that this machine does not trust/,
      );
    });
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
