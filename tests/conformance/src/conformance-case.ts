import { readFile } from "node:fs/promises";

/** One call of a chain: the method's name and its arguments. */
export type ChainStep = readonly [method: string, ...args: unknown[]];

/** The four fields of an error that are compared. */
export interface AnswerError {
  readonly message: string;
  readonly code: string;
  readonly details: unknown;
  readonly hint: unknown;
}

/** What the client resolved to when the case was recorded. */
export interface Answer {
  readonly success: boolean;
  readonly data: unknown;
  readonly error: AnswerError | null;
  readonly count: number | null;
  readonly status: number;
  readonly statusText: string;
}

export interface Claims {
  /** The database role of the call. */
  readonly role: string;
  /** The user's id; `auth.uid()` in the database. */
  readonly sub?: string;
}

export interface ConformanceCase {
  /** `group/name`, or just `group`. */
  readonly id: string;
  readonly claims: Claims;
  readonly chain: readonly ChainStep[];
  /** What users of the real client get. */
  readonly result: Answer;
  /** What a client that loses nothing on the wire gets, where that differs. */
  readonly exact?: Answer;
}

/** The recorded cases, in the file's order. */
export async function loadCases(): Promise<readonly ConformanceCase[]> {
  const text = await readFile(new URL("../cases.json", import.meta.url), "utf8");
  return JSON.parse(text) as readonly ConformanceCase[];
}

/** `embed` for `embed/alias`. */
export function groupOf(id: string): string {
  return id.split("/", 1)[0] ?? id;
}
