import { createRehearsal } from "@offramp/supabase-shim/rehearsal";

import type { Issue } from "./scan-use.ts";
import { areaOf, wayOut } from "./way-out.ts";

/** What the shim says when a member of a client is called that is no query: `auth.signOut`, `channel`. */
export function judgeMember(path: readonly string[]): readonly Issue[] {
  const name = path.join(".");
  const area = areaOf(path[0] ?? "");
  try {
    let owner: unknown;
    let value: unknown = createRehearsal();
    for (const part of path) {
      owner = value;
      value = Reflect.get(Object(value), part);
    }
    if (typeof value !== "function") return [unknownMember(name, area)];
    const answer: unknown = Reflect.apply(value, owner, []);
    // What answers does so from a token that it is given; nobody is signed in behind it.
    if (answer instanceof Promise) answer.catch(() => undefined);
    return [fromToken(name)];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [
      { rule: area, verdict: "notServed", message: firstSentence(error.message), remedy: wayOut(area) },
    ];
  }
}

function fromToken(name: string): Issue {
  return {
    rule: "auth/token",
    verdict: "note",
    message: `${name}(token) answers from the token alone, which it verifies by the option jwt; without a token nobody is signed in.`,
    remedy:
      "Give it the user's token, and createClient the option jwt: { secret } or { jwks }; or pass the Supabase client as { delegate }.",
  };
}

function unknownMember(name: string, area: string): Issue {
  return {
    rule: "client/member",
    verdict: "notServed",
    message: `The shim's client has no ${name}.`,
    remedy: wayOut(area),
  };
}

function firstSentence(message: string): string {
  return message.split(/(?<=\.)\s/)[0] ?? message;
}
