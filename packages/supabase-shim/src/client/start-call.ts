import type { RequestError } from "../errors/request-error.ts";
import { ok, type Result } from "../errors/result.ts";
import type { NamedArguments } from "../request/index.ts";
import { argumentText } from "./argument-text.ts";
import { failDraft, preferring, startDraft, type Draft } from "./draft.ts";
import { givenOptions } from "./given-options.ts";
import { recordCount } from "./record-select.ts";
import { unwritable, unwritten, writePayload } from "./write-payload.ts";

/** How a function is called. */
export interface CallOptions {
  /** Runs the function read-only and brings no data back, only a count. */
  head?: boolean | undefined;
  /** Runs the function read-only. */
  get?: boolean | undefined;
  /** Which count comes back, for a function that returns rows. */
  count?: "exact" | "planned" | "estimated" | (string & {}) | undefined;
}

export interface Routine {
  readonly name: string;
  readonly schema: string | undefined;
}

/** A function call: arguments one by one when it reads, all in one JSON text otherwise. */
export function startCall(routine: Routine, args: unknown, given: CallOptions | undefined): Draft {
  const { options, error } = givenOptions("rpc", given);
  const draft = readCall(routine, args, options);
  return error === undefined ? draft : failDraft(draft, error);
}

/** What the caller gave may throw when it is looked at, or go on without end. */
function readCall(routine: Routine, args: unknown, options: CallOptions): Draft {
  try {
    return startedCall(routine, args, options);
  } catch {
    return failDraft(startPost(routine, {}), unwritable("rpc"));
  }
}

function startedCall(routine: Routine, args: unknown, options: CallOptions): Draft {
  const { head = false, get = false, count } = options;
  if (!head && !get) return recordCount(startPost(routine, args), count);
  // An object cannot be given one by one, so such a call is made as a post that returns nothing.
  if (head && argumentsOf(args).some(([, value]) => isObject(value))) {
    return preferring(recordCount(startPost(routine, args), count), { return: "minimal" });
  }
  return recordCount(startRead(routine, args, head ? "head" : "get"), count);
}

function startPost({ name, schema }: Routine, args: unknown): Draft {
  const written = writePayload("rpc", args);
  const payload = written.ok ? written.value : unwritten;
  const draft = startDraft({ kind: "call", routine: name, payload, method: "post" }, schema);
  return written.ok ? draft : failDraft(draft, written.error);
}

function startRead({ name, schema }: Routine, args: unknown, method: "get" | "head"): Draft {
  const named = namedArguments(args);
  const payload: NamedArguments = { kind: "named", pairs: named.ok ? named.value : [] };
  const draft = startDraft({ kind: "call", routine: name, payload, method }, schema);
  return named.ok ? draft : failDraft(draft, named.error);
}

function namedArguments(args: unknown): Result<NamedArguments["pairs"], RequestError> {
  const pairs: [name: string, value: string][] = [];
  for (const [name, value] of argumentsOf(args)) {
    if (value === undefined) continue;
    const text = argumentText(name, value);
    if (!text.ok) return text;
    pairs.push([name, text.value]);
  }
  return ok(pairs);
}

function argumentsOf(args: unknown): [name: string, value: unknown][] {
  return typeof args === "object" && args !== null ? Object.entries(args) : [];
}

function isObject(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return !Array.isArray(value) || value.some(isObject);
}
