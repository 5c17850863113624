import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { renderError } from "../../src/errors/index.ts";
import { authenticate, type IdentityConfig } from "../../src/identity/index.ts";
import { ecPair, hsToken, type Payload, rsaPair, SECRET } from "./tokens.ts";

/** An identity provider that publishes what `keys` holds at the moment. */
interface Provider {
  readonly url: string;
  keys: readonly Payload[];
  down: boolean;
  fetches: number;
}

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
  );
});

async function provider(keys: readonly Payload[]): Promise<Provider> {
  const state = { url: "", keys, down: false, fetches: 0 };
  const server = createServer((_request, response) => {
    state.fetches += 1;
    response.writeHead(state.down ? 503 : 200, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify({ keys: state.keys }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/.well-known/jwks.json`;
  return state;
}

async function outcome(token: string, config: IdentityConfig): Promise<string> {
  const result = await authenticate(`Bearer ${token}`, config);
  return result.ok ? String(result.value.role) : renderError({ stage: "identity", error: result.error }).code;
}

const payload = { role: "author" };

describe("keys at a URL", () => {
  test("are fetched once, for the first token that needs them", async () => {
    const [rsa, ec] = [rsaPair("a"), ecPair("b")];
    const published = await provider([rsa.jwk, ec.jwk]);
    const config = { jwt: { jwks: published.url } };
    expect(published.fetches).toBe(0);
    const outcomes = await Promise.all(
      [rsa.token(payload), ec.token(payload)].map((token) => outcome(token, config)),
    );
    expect(outcomes).toEqual(["author", "author"]);
    expect(await outcome(rsa.token({ ...payload, n: 2 }), { ...config })).toBe("author");
    expect(published.fetches).toBe(1);
  });

  test("a token with an unknown key asks for them anew, and then not again at once", async () => {
    const [old, next] = [ecPair("old"), ecPair("next")];
    const published = await provider([old.jwk]);
    const config = { jwt: { jwks: new URL(published.url) } };
    expect(await outcome(old.token(payload), config)).toBe("author");
    published.keys = [next.jwk];
    // Just fetched: whoever sends tokens with made-up keys does not make us fetch.
    expect(await outcome(next.token(payload), config)).toBe("PGRST301");
    expect(await outcome(next.token(payload), config)).toBe("PGRST301");
    expect(published.fetches).toBe(1);
  });

  test("while they cannot be fetched, no token is believed, and the provider is not pressed", async () => {
    const ec = ecPair("a");
    const published = await provider([ec.jwk]);
    published.down = true;
    const config: IdentityConfig = { jwt: { jwks: published.url }, anonRole: "anon" };
    const result = await authenticate(`Bearer ${ec.token(payload)}`, config);
    expect(result.ok ? undefined : renderError({ stage: "identity", error: result.error })).toMatchObject({
      status: 503,
      code: "OFF006",
      message: expect.stringContaining("/auth/.well-known/jwks.json") as unknown,
    });
    expect(await outcome(ec.token(payload), config)).toBe("OFF006");
    expect(published.fetches).toBe(1);
    // A call without a token needs no key.
    expect(await authenticate(undefined, config)).toMatchObject({ ok: true, value: { role: "anon" } });
  });

  test("a shared secret among them is not used, and not asked for", async () => {
    const published = await provider([{ kty: "oct", k: Buffer.from(SECRET).toString("base64url") }]);
    expect(await outcome(hsToken(payload), { jwt: { jwks: published.url } })).toBe("PGRST301");
    expect(published.fetches).toBe(0);
  });

  test("a configured secret verifies without them", async () => {
    const published = await provider([]);
    expect(await outcome(hsToken(payload), { jwt: { secret: SECRET, jwks: published.url } })).toBe("author");
    expect(published.fetches).toBe(0);
  });
});
