export { type HttpCallContext, type HttpEngine, httpHandler } from "./handler.ts";
export type { MethodsOf } from "./parse-request.ts";
export { type FetchHandler, toNodeListener } from "./node-listener.ts";
