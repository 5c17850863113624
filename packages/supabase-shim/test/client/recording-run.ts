import type { Call, ClientResult, Run } from "../../src/client/engine.ts";
import { PostgrestClient } from "../../src/client/postgrest-client.ts";
import { SharedHeaders } from "../../src/client/shared-headers.ts";
import type { RequestError } from "../../src/errors/request-error.ts";
import type { ApiRequest } from "../../src/request/index.ts";

/** A client that runs nothing: it keeps the calls and answers each with the same result. */
export interface RecordingClient {
  readonly client: PostgrestClient;
  readonly calls: Call[];
}

export function recordingClient(
  result: ClientResult<unknown> = success([]),
  settings: { schema?: string; headers?: Record<string, string>; timeout?: number } = {},
): RecordingClient {
  const calls: Call[] = [];
  const run: Run = (call) => {
    calls.push(call);
    return Promise.resolve(result);
  };
  const headers = SharedHeaders.of(settings.headers);
  return { client: new PostgrestClient({ run, ...settings, headers }), calls };
}

export function success(data: unknown, count: number | null = null): ClientResult<unknown> {
  return { success: true, error: null, data, count, status: 200, statusText: "OK" };
}

/** The call that the chain makes. */
export async function callOf(chain: (client: PostgrestClient) => PromiseLike<unknown>): Promise<Call> {
  const { client, calls } = recordingClient();
  await chain(client);
  const [call] = calls;
  if (calls.length !== 1 || call === undefined) throw new Error(`${calls.length} calls were made`);
  return call;
}

/** The request that the chain makes. */
export async function requestOf(
  chain: (client: PostgrestClient) => PromiseLike<unknown>,
): Promise<ApiRequest> {
  const { request } = await callOf(chain);
  if (!request.ok) throw new Error(`The chain made no request: ${JSON.stringify(request.error)}`);
  return request.value;
}

/** Why the chain makes no request. */
export async function errorOf(
  chain: (client: PostgrestClient) => PromiseLike<unknown>,
): Promise<RequestError> {
  const { request } = await callOf(chain);
  if (request.ok) throw new Error(`The chain made a request: ${JSON.stringify(request.value)}`);
  return request.error;
}
