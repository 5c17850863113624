import type { Call, ClientResult } from "./client/index.ts";
import { type PlanError, renderError } from "./errors/index.ts";
import { insideTransactionOn } from "./execute/index.ts";
import { type CallEngine, contextOf, joinedSignal } from "./run-call.ts";
import { streamRequest } from "./stream-request.ts";
import { shapeFailure, toClientFailure, toClientResult } from "./response/index.ts";

const OWN_TRANSACTION: PlanError = {
  kind: "outsideTransaction",
  what: "stream() has a transaction of its own, so it cannot be part of transaction().",
  hint: "Stream with the client outside of transaction(), or read page by page inside it.",
};

/** Runs a read of the first door batch by batch. A result without success is the last one. */
export async function* streamCall(
  engine: CallEngine,
  call: Call,
  batch: number,
): AsyncGenerator<ClientResult<unknown>, void, undefined> {
  if (!call.request.ok) {
    return yield toClientFailure(renderError({ stage: "request", error: call.request.error }));
  }
  if (insideTransactionOn(engine.pipeline.database)) {
    return yield toClientFailure(renderError({ stage: "plan", error: OWN_TRANSACTION }));
  }
  const request = call.request.value;
  const asked = { engine, call, request, signal: joinedSignal(call), transaction: undefined };
  const context = await contextOf(asked);
  if (!context.ok) return yield toClientResult(request, shapeFailure(context.error), engine.bigint);
  for await (const response of streamRequest(engine.pipeline, request, { ...context.value, batch })) {
    yield toClientResult(request, response, engine.bigint);
  }
}
