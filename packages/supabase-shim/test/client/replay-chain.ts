import { PostgrestClient as TheirClient } from "@supabase/postgrest-js";

import type { Call } from "../../src/client/engine.ts";
import { callOf } from "./recording-run.ts";
import type { WireRequest } from "./request-from-wire.ts";

/** `[method, …arguments]`, from the client on. */
export type Chain = readonly (readonly [method: string, ...args: unknown[]])[];

/** What supabase's own client sends for the chain. */
export async function sentByTheirs(chain: Chain): Promise<WireRequest> {
  const sent: WireRequest[] = [];
  const client = new TheirClient("http://localhost", {
    fetch: (input, init) => {
      sent.push({
        method: init?.method ?? "GET",
        url: new URL(input instanceof Request ? input.url : input),
        headers: new Headers(init?.headers),
        body: typeof init?.body === "string" ? init.body : undefined,
      });
      return Promise.resolve(new Response("[]", { status: 200 }));
    },
  });
  await apply(client, chain);
  const [request] = sent;
  if (request === undefined) throw new Error("Their client sent nothing");
  return request;
}

/** What our client makes of the chain. */
export function madeByOurs(chain: Chain): Promise<Call> {
  return callOf((client) => apply(client, chain));
}

function apply(client: object, chain: Chain): PromiseLike<unknown> {
  let builder: unknown = client;
  for (const [method, ...args] of chain) {
    const step = (builder as Record<string, unknown>)[method];
    if (typeof step !== "function") throw new Error(`There is no ${method}()`);
    builder = step.apply(builder, args) as unknown;
  }
  return builder as PromiseLike<unknown>;
}
