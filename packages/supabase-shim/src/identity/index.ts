export { authenticate } from "./authenticate.ts";
export { type Claims, type Identity, OWN_RIGHTS } from "./identity.ts";
export type { IdentityConfig, JsonWebKey, JsonWebKeySet, JwtConfig } from "./identity-config.ts";
