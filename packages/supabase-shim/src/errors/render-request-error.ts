import type { RenderedError } from "./rendered-error.ts";
import type { RequestError } from "./request-error.ts";

const RANGE_DETAILS = {
  negativeLimit: "Limit should be greater than or equal to zero.",
  lowerAboveUpper:
    "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
} as const;

export function renderRequestError(error: RequestError): RenderedError {
  switch (error.kind) {
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
