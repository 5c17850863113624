import type { KeyRing } from "@offramp/db/encryption";

/** What is used of a key ring. */
export type Keys = Pick<KeyRing, "ready" | "refresh" | "seal" | "open" | "tokens">;
