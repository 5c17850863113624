import type { ClaimsProblem, IdentityError, TokenProblem } from "./identity-error.ts";
import type { RenderedError } from "./rendered-error.ts";

const CLAIMS_MESSAGES: Readonly<Record<ClaimsProblem, string>> = {
  unreadable: "Parsing claims failed",
  expired: "JWT expired",
  notYetValid: "JWT not yet valid",
  issuedAtFuture: "JWT issued at future",
  otherAudience: "JWT not in audience",
  expNotNumber: "The JWT 'exp' claim must be a number",
  nbfNotNumber: "The JWT 'nbf' claim must be a number",
  iatNotNumber: "The JWT 'iat' claim must be a number",
  audNotText: "The JWT 'aud' claim must be a string or an array of strings",
};

/** PostgREST's words for each problem of a token or its claims. */
export function renderIdentityError(error: IdentityError): RenderedError {
  switch (error.kind) {
    case "noSecret":
      return {
        status: 500,
        code: "PGRST300",
        message: "Server lacks JWT secret",
        details: null,
        hint: null,
      };
    case "token":
      return invalidToken("PGRST301", ...tokenText(error.problem));
    case "tokenRequired":
      return {
        status: 401,
        code: "PGRST302",
        message: "Anonymous access is disabled",
        details: null,
        hint: null,
        challenge: "Bearer",
      };
    case "claims":
      return invalidToken("PGRST303", CLAIMS_MESSAGES[error.problem]);
    case "keysUnavailable":
      return {
        status: 503,
        code: "OFF006",
        message: `The keys that verify tokens could not be fetched from ${error.where}: ${error.why}`,
        details: null,
        hint: "Check the URL in jwt.jwks and the way to it. Nothing runs for a token that cannot be verified.",
      };
    case "rightsRefused":
      return { status: 401, code: "OFF002", message: error.what, details: null, hint: error.hint };
  }
}

function invalidToken(code: string, message: string, details: string | null = null): RenderedError {
  return {
    status: 401,
    code,
    message,
    details,
    hint: null,
    challenge: `Bearer error="invalid_token", error_description=${JSON.stringify(message)}`,
  };
}

function tokenText(problem: TokenProblem): readonly [message: string, details?: string] {
  switch (problem.kind) {
    case "empty":
      return ["Empty JWT is sent in Authorization header"];
    case "parts":
      return [`Expected 3 parts in JWT; got ${problem.count}`];
    case "malformed":
      return ["JWT cryptographic operation failed"];
    case "unsecured":
      return [
        "Wrong or unsupported encoding algorithm",
        "JWT is unsecured but expected 'alg' was not 'none'",
      ];
    case "noKey":
      return ["No suitable key or wrong key type", "No suitable key was found to decode the JWT"];
    case "signature":
      return ["No suitable key or wrong key type", "None of the keys was able to decode the JWT"];
  }
}
