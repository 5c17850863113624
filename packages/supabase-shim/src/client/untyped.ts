/*
 * The public contract is untyped in two places, and applications compile only if it stays so:
 * without a generated Database type, supabase-js gives rows as `any`, and a promise's rejection
 * reason is `any` in the language itself.
 */

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyRow = any;

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyReason = any;
