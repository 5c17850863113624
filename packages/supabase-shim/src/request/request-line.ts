import type { Action } from "./api-request.ts";

/** The method and path that an action has on PostgREST, for policies and functions that ask. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
}

export function requestLine(action: Action): RequestLine {
  switch (action.kind) {
    case "read":
      return { method: action.headersOnly ? "HEAD" : "GET", path: `/${action.relation}` };
    case "insert":
      return { method: "POST", path: `/${action.relation}` };
    case "update":
      return { method: "PATCH", path: `/${action.relation}` };
    case "put":
      return { method: "PUT", path: `/${action.relation}` };
    case "delete":
      return { method: "DELETE", path: `/${action.relation}` };
    case "call":
      return { method: action.method.toUpperCase(), path: `/rpc/${action.routine}` };
  }
}
