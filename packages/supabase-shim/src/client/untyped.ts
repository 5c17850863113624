/*
 * The public contract is untyped in two places, and applications compile only if it stays so: a promise's
 * rejection reason is `any` in the language itself; and what Offramp does not have (auth, storage, …) has types that
 * only the Supabase packages could give.
 */

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyReason = any;

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyMember = any;
