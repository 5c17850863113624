import type { ExecuteError } from "./execute-error.ts";
import type { IdentityError } from "./identity-error.ts";
import type { PlanError } from "./plan-error.ts";
import { renderExecuteError } from "./render-execute-error.ts";
import { renderIdentityError } from "./render-identity-error.ts";
import { renderPlanError } from "./render-plan-error.ts";
import { renderRequestError } from "./render-request-error.ts";
import type { RenderedError } from "./rendered-error.ts";
import type { RequestError } from "./request-error.ts";

/** Every error of every stage, tagged with the stage that raised it. */
export type CallError =
  | { readonly stage: "request"; readonly error: RequestError }
  | { readonly stage: "identity"; readonly error: IdentityError }
  | { readonly stage: "plan"; readonly error: PlanError }
  | { readonly stage: "execute"; readonly error: ExecuteError };

/** The one place where errors become text. Exhaustive: a new kind does not compile until it has its words here. */
export function renderError(failure: CallError): RenderedError {
  switch (failure.stage) {
    case "request":
      return renderRequestError(failure.error);
    case "identity":
      return renderIdentityError(failure.error);
    case "plan":
      return renderPlanError(failure.error);
    case "execute":
      return renderExecuteError(failure.error);
  }
}
