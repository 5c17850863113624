export { type BigintForm, toClientFailure, toClientResult } from "./client-result.ts";
export type { HeaderField } from "./response-headers.ts";
export { type ApiResponse, shapeFailure, shapeResponse } from "./shape-response.ts";
export { statusText } from "./status-text.ts";
