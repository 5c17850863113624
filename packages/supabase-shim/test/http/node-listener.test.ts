import { createServer, request as nodeRequest, type Server } from "node:http";
import { type AddressInfo, connect as connectSocket } from "node:net";

import { createHandler, toNodeListener } from "@offramp/supabase-shim/http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Door, openDoor } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;
let server: Server;
let origin: string;

beforeAll(async () => {
  door = await openDoor(`${WORKSHOP}
    create function app.slow() returns void stable language sql as $$ select pg_sleep(60) $$;`);
  const handler = createHandler(door.db, {
    schemas: ["app"],
    anonRole: "door_anon",
    limits: { maxPayloadBytes: 1000 },
  });
  server = await listen(createServer(toNodeListener(handler)));
  origin = originOf(server);
});

afterAll(async () => {
  await close(server);
  await door.close();
});

async function listen(one: Server): Promise<Server> {
  await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
  return one;
}

function originOf(one: Server): string {
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
}

async function close(one: Server): Promise<void> {
  one.closeAllConnections();
  await new Promise((resolve) => one.close(resolve));
}

/** What comes back for exactly these lines. */
async function sendLines(lines: readonly string[], on: Server = server): Promise<string> {
  const socket = connectSocket((on.address() as AddressInfo).port, "127.0.0.1");
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe("on node:http", () => {
  test("answers with status, headers and body", async () => {
    const response = await fetch(`${origin}/brands?select=name&order=id&limit=1`);
    expect(response.status).toBe(200);
    expect(response.statusText).toBe("OK");
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(response.headers.get("content-range")).toBe("0-0/*");
    expect(response.headers.get("content-length")).toBe("17");
    expect(await response.json()).toEqual([{ name: "Koga" }]);
  });

  test("takes bodies, in pieces too", async () => {
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        for (const piece of ['{"a": 40,', ' "b": ', "2}"]) {
          controller.enqueue(new TextEncoder().encode(piece));
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        controller.close();
      },
    });
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body, duplex: "half" };
    const response = await fetch(`${origin}/rpc/add`, init as RequestInit);
    expect(await response.json()).toBe(42);
  });

  test("has no body where there is none", async () => {
    const response = await fetch(`${origin}/items?id=eq.0`, { method: "DELETE" });
    expect([response.status, await response.text()]).toEqual([204, ""]);
    const head = await fetch(`${origin}/brands?id=lt.3`, {
      method: "HEAD",
      headers: { Prefer: "count=exact" },
    });
    expect([head.status, head.headers.get("content-range"), await head.text()]).toEqual([200, "0-1/2", ""]);
  });

  test("sends each cookie of its own", async () => {
    const response = await fetch(`${origin}/rpc/two_cookies`, { method: "POST" });
    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
  });

  test("sends the status text of a raised error", async () => {
    const answer = await sendLines(["GET /rpc/raise_pt?code=402 HTTP/1.1", "Host: x", "Connection: close"]);
    expect(answer).toMatch(/^HTTP\/1.1 402 Payment Required\r\n/);
  });

  test("keeps a path as it was sent", async () => {
    const response = await fetch(`${origin}/Odd%3B%20name?select=%22a.b%22&order=%22a.b%22`);
    expect(await response.json()).toEqual([{ "a.b": 1 }, { "a.b": 2 }]);
  });

  test.each([
    ["GET http://elsewhere/items?id=eq.1 HTTP/1.1", /^HTTP\/1.1 200 OK[^]*\[{"id":1}\]$/],
    ["OPTIONS * HTTP/1.1", /^HTTP\/1.1 404 /],
    ["TRACE /items HTTP/1.1", /^HTTP\/1.1 405 [^]*"PGRST117"/],
    ["PROPFIND /items HTTP/1.1", /^HTTP\/1.1 405 [^]*"PGRST117"/],
  ])("answers %s", async (line, answer) => {
    expect(await sendLines([line, "Host: x", "Connection: close"])).toMatch(answer);
  });

  test("refuses a body that is too large before all of it is there", async () => {
    const response = await fetch(`${origin}/rpc/raw_json`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify("x".repeat(2000)),
    });
    expect([response.status, await response.json()]).toMatchObject([413, { code: "OFF005" }]);
  });

  test("ends the statement of a request that is broken off", async () => {
    const outgoing = nodeRequest(`${origin}/rpc/slow`);
    outgoing.on("error", () => undefined);
    outgoing.end();
    const running = (): Promise<boolean> =>
      door.db
        .query({
          text: "select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'",
        })
        .then((rows) => rows.length > 0);
    await expect.poll(running, { timeout: 10_000 }).toBe(true);
    outgoing.destroy();
    await expect.poll(running, { timeout: 10_000 }).toBe(false);
  });

  test("answers 500 and warns where a handler itself fails", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const failing = await listen(createServer(toNodeListener(() => Promise.reject(new Error("secret")))));
    const answer = await sendLines(["GET / HTTP/1.1", "Host: x", "Connection: close"], failing);
    expect(answer).toMatch(/^HTTP\/1.1 500 /);
    expect(answer).not.toContain("secret");
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
    await close(failing);
  });
});

test("a body that breaks off is told", async () => {
  const body = new ReadableStream({
    start: (controller) => {
      controller.error(new Error("gone"));
    },
  });
  const handler = createHandler(door.db, { schemas: ["app"], anonRole: "door_anon" });
  const init = { method: "POST", body, duplex: "half" };
  const response = await handler(new Request("http://localhost/rpc/add", init as RequestInit));
  expect([response.status, await response.json()]).toMatchObject([400, { code: "PGRST102" }]);
});
