import type { ClaimsProblem } from "../errors/index.ts";
import type { Claims } from "./identity.ts";

/** Seconds by which clocks may differ. */
const SKEW = 30;

/**
 * What speaks against a token at this moment: its times, and whom it is for. PostgREST's order and rules; a claim
 * that is null counts as absent.
 *
 * @param now seconds since 1970.
 */
export function checkClaims(
  claims: Claims,
  audience: string | undefined,
  now: number = Math.floor(Date.now() / 1000),
): ClaimsProblem | undefined {
  const { exp, nbf, iat } = claims;
  if (isPresent(exp)) {
    if (typeof exp !== "number") return "expNotNumber";
    if (exp < now - SKEW) return "expired";
  }
  if (isPresent(nbf)) {
    if (typeof nbf !== "number") return "nbfNotNumber";
    if (nbf > now + SKEW) return "notYetValid";
  }
  if (isPresent(iat)) {
    if (typeof iat !== "number") return "iatNotNumber";
    if (iat > now + SKEW) return "issuedAtFuture";
  }
  return checkAudience(claims["aud"], audience);
}

/** An empty list is for everyone. */
function checkAudience(aud: unknown, audience: string | undefined): ClaimsProblem | undefined {
  if (!isPresent(aud)) return undefined;
  const names: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!names.every((name) => typeof name === "string")) return "audNotText";
  if (audience === undefined || names.includes(audience)) return undefined;
  return Array.isArray(aud) && aud.length === 0 ? undefined : "otherAudience";
}

function isPresent(claim: unknown): boolean {
  return claim !== undefined && claim !== null;
}
