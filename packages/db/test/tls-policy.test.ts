import { describe, expect, test } from "vitest";

import { connect, ConfigurationError } from "../src/index.ts";
import { resolveOptions } from "../src/options/resolve-options.ts";
import { decideTls, isLoopback } from "../src/options/tls-policy.ts";

const REMOTE = "postgres://app@db.example.com/clinic";
const LOCAL = "postgres://app@127.0.0.1/clinic";

async function plan(url: string, options: object = {}): Promise<unknown> {
  return (await resolveOptions({ url, ...options }, {}).source.target()).tls;
}

describe("TLS by default", () => {
  test("on and verified for every host but this machine", async () => {
    expect(await plan(REMOTE)).toEqual({ mode: "verify-full" });
    expect(await plan("postgres://app@10.0.0.5/clinic")).toEqual({ mode: "verify-full" });
    expect(await plan(LOCAL)).toEqual({ mode: "off" });
    expect(await plan("postgres://app@localhost/clinic")).toEqual({ mode: "off" });
    expect(await plan("postgres://app@[::1]/clinic")).toEqual({ mode: "off" });
    expect(await plan("postgres:///clinic?host=/tmp&user=app")).toEqual({ mode: "off" });
  });

  test("names that only look local are not", () => {
    for (const host of [
      "localhost.example.com",
      "127.0.0.1.example.com",
      "128.0.0.1",
      "0.0.0.0",
      "::2",
      "my-localhost",
    ]) {
      expect([host, isLoopback(host)]).toEqual([host, false]);
    }
  });

  test("every sslmode but disable verifies", async () => {
    for (const mode of ["allow", "prefer", "require", "verify-ca", "verify-full"]) {
      expect(await plan(`${REMOTE}?sslmode=${mode}`)).toEqual({ mode: "verify-full" });
      expect(await plan(`${LOCAL}?sslmode=${mode}`)).toEqual({ mode: "verify-full" });
    }
    expect(await plan(`${LOCAL}?sslmode=disable`)).toEqual({ mode: "off" });
  });

  test("certificates and the server's name come from the option", async () => {
    const ca = "-----BEGIN CERTIFICATE-----\n";
    expect(await plan(LOCAL, { ssl: { ca, serverName: "db.example.com" } })).toEqual({
      mode: "verify-full",
      ca,
      serverName: "db.example.com",
    });
  });
});

describe("TLS switched off", () => {
  test("is refused for another machine", () => {
    for (const options of [{ url: `${REMOTE}?sslmode=disable` }, { url: REMOTE, ssl: "disable" as const }]) {
      expect(() => connect(options)).toThrow(ConfigurationError);
      expect(() => connect(options)).toThrow(
        /TLS cannot be disabled for "db.example.com".*dangerouslyDisableTls: true/,
      );
    }
  });

  test("is possible under the name that says what it is", () => {
    expect(decideTls("db.example.com", { mode: "default", dangerouslyDisableTls: true })).toEqual({
      mode: "off",
    });
  });

  test("or left unverified", async () => {
    expect(await plan(REMOTE, { dangerouslyAcceptAnyCertificate: true })).toEqual({ mode: "unverified" });
    expect(await plan(LOCAL, { dangerouslyAcceptAnyCertificate: true })).toEqual({ mode: "unverified" });
    expect(() =>
      connect({
        url: REMOTE,
        dangerouslyAcceptAnyCertificate: true,
        ssl: { ca: "-----BEGIN CERTIFICATE-----\n" },
      }),
    ).toThrow(
      /give either the option "dangerouslyAcceptAnyCertificate" or an authority to trust \(ca or sslrootcert\), not both/,
    );
  });
});
