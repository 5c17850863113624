import type { RenderedError } from "./rendered-error.ts";
import type { RequestError } from "./request-error.ts";

const RANGE_DETAILS = {
  negativeLimit: "Limit should be greater than or equal to zero.",
  lowerAboveUpper:
    "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
} as const;

type Fields = Omit<RenderedError, "details" | "hint"> & Partial<Pick<RenderedError, "details" | "hint">>;

function rendered(fields: Fields): RenderedError {
  return { details: null, hint: null, ...fields };
}

export function renderRequestError(error: RequestError): RenderedError {
  switch (error.kind) {
    case "rpcMethod":
      return rendered({
        status: 405,
        code: "PGRST101",
        message: `Cannot use the ${error.method} method on RPC`,
      });
    case "unknownSchema":
      return renderUnknownSchema(error);
    case "unacceptableMedia":
      return renderUnacceptableMedia(error);
    case "limitedPut":
      return rendered({
        status: 400,
        code: "PGRST114",
        message: "limit/offset querystring parameters are not allowed for PUT",
      });
    case "unsupportedMethod":
      return rendered({
        status: 405,
        code: "PGRST117",
        message: `Unsupported HTTP method: ${error.method}`,
      });
    case "unknownPath":
      return rendered({
        status: 404,
        code: "PGRST125",
        message: "Invalid path specified in request URL",
      });
    case "rootDisabled":
      return rendered({ status: 404, code: "PGRST126", message: "Root endpoint metadata is disabled" });
    case "bodyTooLarge":
      return rendered({
        status: 413,
        code: "OFF005",
        message: `The body has more than ${error.maxBytes} bytes.`,
        hint: "Send it in parts, or raise limits.maxPayloadBytes.",
      });
    case "syntax":
      return { status: 400, code: "PGRST100", message: error.message, details: error.details, hint: null };
    case "invalidBody":
      return { status: 400, code: "PGRST102", message: error.message, details: null, hint: null };
    case "invalidRange":
      return {
        status: 416,
        code: "PGRST103",
        message: "Requested range not satisfiable",
        details: RANGE_DETAILS[error.reason],
        hint: null,
      };
    case "invalidValue":
      return { status: 400, code: "OFF003", message: error.message, details: null, hint: error.hint };
  }
}

/** PGRST106 */
export function renderUnknownSchema(error: {
  readonly schema: string;
  readonly exposed: readonly string[];
}): RenderedError {
  return rendered({
    status: 406,
    code: "PGRST106",
    message: `Invalid schema: ${error.schema}`,
    hint: `Only the following schemas are exposed: ${error.exposed.join(", ")}`,
  });
}

/** PGRST107 */
export function renderUnacceptableMedia({ names }: { readonly names: readonly string[] }): RenderedError {
  return rendered({
    status: 406,
    code: "PGRST107",
    message: `None of these media types are available: ${names.join(", ")}`,
  });
}
