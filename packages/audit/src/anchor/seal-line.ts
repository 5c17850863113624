import type { SignedSeal } from "../seal/seal-statement.ts";

/** A seal as anchors keep it: a line of JSON, without its end. */
export function writeSealLine(number: number, { text, signature }: SignedSeal): string {
  return JSON.stringify({ number, text, signature });
}

/** Undefined for what is no seal. */
export function readSealLine(line: string): readonly [number, SignedSeal] | undefined {
  try {
    const { number, text, signature } = JSON.parse(line) as Record<string, unknown>;
    if (typeof number !== "number" || typeof text !== "string" || typeof signature !== "string")
      return undefined;
    return [number, { text, signature }];
  } catch {
    return undefined;
  }
}
