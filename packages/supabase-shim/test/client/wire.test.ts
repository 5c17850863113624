import { readFileSync } from "node:fs";

import { PostgrestFilterBuilder, PostgrestQueryBuilder } from "@supabase/postgrest-js";
import { describe, expect, test } from "vitest";

import type { RequestError } from "../../src/errors/request-error.ts";
import type { Result } from "../../src/errors/result.ts";
import type { ApiRequest } from "../../src/request/index.ts";
import { asSent } from "./as-sent.ts";
import { madeByOurs, sentByTheirs, type Chain } from "./replay-chain.ts";
import { requestFromWire } from "./request-from-wire.ts";
import { wireChains } from "./wire-chains.ts";

interface Outcomes {
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** The request that our builder makes, and what their client sent, read by our parsers. */
async function replayOnBoth(chain: Chain): Promise<Outcomes> {
  const [wire, call] = await Promise.all([sentByTheirs(chain), madeByOurs(chain)]);
  return { ours: shown(call.request), theirs: shown(requestFromWire(wire)) };
}

function shown(request: Result<ApiRequest, RequestError>): unknown {
  return request.ok ? asSent(request.value) : { refused: request.error };
}

describe("our request is what supabase's client sends", () => {
  test.each([...wireChains])("%s", async (_name, chain) => {
    const { ours, theirs } = await replayOnBoth(chain);
    expect(ours).toEqual(theirs);
  });
});

describe("the recorded conformance chains make the request that was recorded", () => {
  test.each(recordedChains())("%s", async (_id, chain) => {
    const { ours, theirs } = await replayOnBoth(chain);
    expect(ours).toEqual(theirs);
  });
});

test("every method of their builders is in a chain", () => {
  const used = new Set([...wireChains.values()].flat().map(([method]) => method));
  const missing = [PostgrestQueryBuilder, PostgrestFilterBuilder]
    .flatMap((theirs) => methodsOf(theirs.prototype))
    .filter((method) => !used.has(method));
  expect(missing).toEqual([]);
});

/** Not those that carry `exact`: there the text of the wire lost what the caller gave. */
function recordedChains(): [id: string, chain: Chain][] {
  const file = new URL("../../../../tests/conformance/cases.json", import.meta.url);
  const cases = JSON.parse(readFileSync(file, "utf8")) as {
    id: string;
    chain: Chain;
    exact?: unknown;
  }[];
  return cases.filter(({ exact }) => exact === undefined).map(({ id, chain }) => [id, chain]);
}

/** The public ones, also of the classes that it extends. */
function methodsOf(prototype: object): string[] {
  const internal = new Set(["constructor", "then", "cloneRequestState", "processResponse"]);
  const methods: string[] = [];
  for (let at = prototype; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    methods.push(...Object.getOwnPropertyNames(at));
  }
  return methods.filter((method) => !internal.has(method));
}
