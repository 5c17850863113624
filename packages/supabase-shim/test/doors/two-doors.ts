import { createHandler } from "@offramp/supabase-shim/http";
import { createClient as createTheirs } from "@supabase/supabase-js";

import type { Chain } from "../client/replay-chain.ts";
import { SECRET, tokenOf } from "../http/door.ts";
import { createClient } from "../../src/index.ts";
import { testDatabase } from "../test-database.ts";

/** What both doors answer. */
export interface Answers {
  readonly builder: unknown;
  readonly wire: unknown;
}

/** One database behind our builder, and behind supabase's own client in front of our HTTP handler. */
export interface TwoDoors {
  ask(chain: Chain): Promise<Answers>;
  close(): Promise<void>;
}

export async function openTwoDoors(
  script: string,
  claims: Readonly<Record<string, unknown>>,
  schemas: readonly string[],
): Promise<TwoDoors> {
  const database = await testDatabase(script, { max: 4 });
  const token = tokenOf(claims);
  const ours = createClient(database.db, undefined, {
    schemas,
    jwt: { secret: SECRET },
    accessToken: () => Promise.resolve(token),
    watchSchema: false,
  });
  const handler = createHandler(database.db, {
    schemas,
    basePath: "/rest/v1",
    jwt: { secret: SECRET },
    aggregates: true,
    explain: true,
    transactionEnd: "commit-allow-override",
    watchSchema: false,
  });
  const theirs = createTheirs("http://localhost", "key", {
    accessToken: () => Promise.resolve(token),
    global: { fetch: (input, init) => handler(new Request(input, init)) },
  });
  return {
    ask: async (chain) => ({ builder: await answered(ours, chain), wire: await answered(theirs, chain) }),
    close: () => database.close(),
  };
}

/** Follows the chain, and keeps what it changes from the next one. */
async function answered(client: object, chain: Chain): Promise<unknown> {
  const builder = chain.reduce<unknown>((at, [method, ...args]) => {
    const step = (at as Record<string, unknown>)[method];
    if (typeof step !== "function") throw new TypeError(`There is no ${method}()`);
    return step.apply(at, args) as unknown;
  }, client);
  return plain(await (builder as { rollback(): PromiseLike<unknown> }).rollback());
}

/** An error that is an object of a class counts as its fields. */
function plain(answer: unknown): unknown {
  const { error, ...rest } = answer as { readonly error: unknown };
  if (error === null) return { ...rest, error };
  const { message, code, details, hint } = error as Record<string, unknown>;
  return { ...rest, error: { message, code, details, hint } };
}
