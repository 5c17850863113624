export { type HandlerSettings, type HttpCallContext, type HttpEngine, httpHandler } from "./handler.ts";
export type { HttpConfig } from "./http-config.ts";
export type { MethodsOf } from "./parse-request.ts";
export { type FetchHandler, toNodeListener } from "./node-listener.ts";
