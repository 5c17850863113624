export { authenticate } from "./authenticate.ts";
export { type CallRights, ClientAccess } from "./client-access.ts";
export { type Claims, type Identity, OWN_RIGHTS } from "./identity.ts";
export type { IdentityConfig, JsonWebKey, JsonWebKeySet, JwtConfig } from "./identity-config.ts";
export { verifierOf } from "./token-verifier.ts";
export type { VerifiedToken } from "./verify-token.ts";
