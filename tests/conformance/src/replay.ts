import type { ChainStep } from "./conformance-case.ts";

/** Calls the chain's methods one after the other, from the client on, and awaits what the last one returned. */
export async function replay(client: object, chain: readonly ChainStep[]): Promise<unknown> {
  let subject: unknown = client;
  for (const [method, ...args] of chain) {
    const member: unknown = (subject as Record<string, unknown> | null | undefined)?.[method];
    if (typeof member !== "function") throw new Error(`there is no method ${method}()`);
    subject = Reflect.apply(member, subject, args);
  }
  return subject;
}
