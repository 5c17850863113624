/**
 * Why reading stopped. Only the failure that is furthest into the text is worth telling; what was
 * tried at that one place is collected, so that the message can list all that would have been right.
 * Most failures are forgotten again, so making one has to be cheap: it is put into words at the end.
 */
export type Failure =
  /** The character at `foundAt` did not fit. */
  | {
      readonly kind: "miss";
      readonly at: number;
      readonly foundAt: number;
      /** A text that would have fitted, or names of what would have. */
      readonly wanted: string | readonly string[];
    }
  /** The character at `foundAt` must not stand there. */
  | { readonly kind: "excess"; readonly at: number; readonly foundAt: number }
  /** A reason that is not in the grammar. */
  | { readonly kind: "refusal"; readonly at: number; readonly reason: string }
  | { readonly kind: "both"; readonly at: number; readonly earlier: Failure; readonly later: Failure }
  | { readonly kind: "named"; readonly at: number; readonly name: string; readonly failure: Failure };

/** The failure to tell when two ways of reading the same text both failed. */
export function mergeFailures(earlier: Failure | undefined, later: Failure): Failure {
  if (earlier === undefined || later.at > earlier.at) return later;
  if (earlier.at > later.at) return earlier;
  return { kind: "both", at: later.at, earlier, later };
}

interface Account {
  found: string | undefined;
  excess: string | undefined;
  reason: string | undefined;
  readonly expected: Set<string>;
}

/** `unexpected "x" expecting letter, digit or end of input` */
export function describeFailure(failure: Failure, text: string): string {
  const account: Account = {
    found: undefined,
    excess: undefined,
    reason: undefined,
    expected: new Set(),
  };
  collect(failure, text, account);
  if (account.reason !== undefined) return account.reason;
  const expected = [...account.expected];
  const last = expected.pop();
  const others = expected.length === 0 ? "" : `${expected.join(", ")} or `;
  const unexpected = `unexpected ${account.excess ?? account.found ?? "end of input"}`;
  return last === undefined ? unexpected : `${unexpected} expecting ${others}${last}`;
}

function collect(failure: Failure, text: string, account: Account): void {
  switch (failure.kind) {
    case "miss":
      account.found ??= showCharacter(text, failure.foundAt, '"');
      for (const name of wantedNames(failure.wanted)) account.expected.add(name);
      break;
    case "excess":
      account.excess ??= showCharacter(text, failure.foundAt, "'");
      break;
    case "refusal":
      account.reason ??= failure.reason;
      break;
    case "both":
      collect(failure.earlier, text, account);
      collect(failure.later, text, account);
      break;
    case "named": {
      const inside: Account = { ...account, expected: new Set() };
      collect(failure.failure, text, inside);
      account.found = inside.found;
      account.excess = inside.excess;
      account.reason = inside.reason;
      account.expected.add(failure.name);
      break;
    }
  }
}

function wantedNames(wanted: string | readonly string[]): readonly string[] {
  return typeof wanted === "string" ? [JSON.stringify(wanted)] : wanted;
}

/** `(line 1, column 4)`: columns count characters, not UTF-16 units, and a tab goes to the next multiple of 8. */
export function describePlace(text: string, at: number): string {
  let line = 1;
  let column = 1;
  for (const character of text.slice(0, at)) {
    if (character === "\n") {
      line += 1;
      column = 1;
    } else {
      column += character === "\t" ? 8 - ((column - 1) % 8) : 1;
    }
  }
  return `(line ${line}, column ${column})`;
}

function showCharacter(text: string, at: number, quote: "'" | '"'): string {
  const code = text.codePointAt(at);
  if (code === undefined) return "end of input";
  return quote + showCode(code, quote) + quote;
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x5c, "\\\\"],
]);

function showCode(code: number, quote: string): string {
  const escaped = ESCAPES.get(code);
  if (escaped !== undefined) return escaped;
  const character = String.fromCodePoint(code);
  if (character === quote) return `\\${quote}`;
  return code < 0x20 || code > 0x7e ? `\\${code}` : character;
}
