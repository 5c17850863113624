import { createRehearsal } from "@offramp/supabase-shim/rehearsal";

import type { Argument } from "./argument.ts";
import type { Step } from "./meaning.ts";
import type { Issue } from "./scan-use.ts";
import { wayOut } from "./way-out.ts";

/** What stands in for a value that only a run will tell: one that fits is looked for. */
const STAND_INS: readonly unknown[] = ["x", 1, ["x"], null, {}, true, undefined];

/** Judges chains by building them with the shim's own builders, which run nothing. Answers are kept: chains repeat. */
export class ChainJudge {
  readonly #client = createRehearsal();
  readonly #judged = new Map<string, Promise<readonly Issue[]>>();
  readonly #named = new Map<string, Promise<boolean>>();

  /** The issues of the steps from `first` on; those before it were judged where they stand. */
  judge(steps: readonly Step[], first: number): Promise<readonly Issue[]> {
    const key = `${first} ${JSON.stringify(steps, (_name, value: unknown) => (typeof value === "bigint" ? `${value}n` : value))}`;
    const known = this.#judged.get(key) ?? this.#judge(steps, first);
    if (this.#judged.size > 10_000) this.#judged.clear();
    this.#judged.set(key, known);
    return known;
  }

  async #judge(steps: readonly Step[], first: number): Promise<readonly Issue[]> {
    const issues: Issue[] = [];
    let built: Built = [];
    for (const [index, step] of steps.entries()) {
      const found = await this.#step(built, step);
      if (index >= first) issues.push(...found.issues);
      // After a step that the shim does not have, what follows cannot be judged.
      if (found.built === undefined) break;
      built = found.built;
    }
    return issues;
  }

  async #step(
    before: Built,
    step: Step,
  ): Promise<{ readonly built: Built | undefined; readonly issues: readonly Issue[] }> {
    const { method, args } = step;
    if (method === undefined) return { built: undefined, issues: [dynamicMethod(lastOf(before))] };
    const target = await this.#build(before);
    if (typeof target.value !== "object" || target.value === null || !isMethod(target.value, method))
      return { built: undefined, issues: [unknownMethod(method, lastOf(before))] };
    const issues = await this.#dynamicIssues(before, step);
    let refusal: Refusal | undefined;
    for (const given of candidates(args, method)) {
      const built = [...before, { method, given }];
      const tried = await this.#build(built);
      if (tried.error === undefined) return { built, issues };
      refusal ??= tried.error;
    }
    // What follows is judged as if the step had been given nothing, where that can be.
    const bare = [...before, { method, given: [] }];
    const built = (await this.#build(bare)).error === undefined ? bare : undefined;
    // Where the first argument is not known, no stand-in fitted: that says nothing about the application.
    return refusal === undefined || (args[0] !== undefined && args[0].kind !== "value")
      ? { built, issues }
      : { built, issues: [...issues, refused(method, refusal)] };
  }

  async #dynamicIssues(before: Built, { method, args }: Step): Promise<readonly Issue[]> {
    const [first] = args;
    if (first === undefined || first.kind === "value" || method === undefined) return [];
    if (!(await this.#takesText(before, method))) return [];
    return [first.kind === "composed" ? composedText(method) : dynamicName(method)];
  }

  /** Whether a method takes a name or a text of PostgREST's first: then a number is refused and a text is not. */
  #takesText(before: Built, method: string): Promise<boolean> {
    const key = `${lastOf(before)}.${method}`;
    const known = this.#named.get(key) ?? this.#findTakesText(before, method);
    this.#named.set(key, known);
    return known;
  }

  async #findTakesText(before: Built, method: string): Promise<boolean> {
    const accepts = async (first: unknown): Promise<boolean> => {
      const others = [[], ...STAND_INS.map((value) => [value]), ["eq", "x"]];
      for (const rest of others) {
        const { error } = await this.#build([...before, { method, given: [first, ...rest] }]);
        if (error === undefined) return true;
      }
      return false;
    };
    return ((await accepts("id")) || (await accepts("id.eq.1"))) && !(await accepts(1));
  }

  /** Builds a chain anew, since builders change in place, and asks it what it would send. */
  async #build(steps: Built): Promise<{ readonly value?: unknown; readonly error?: Refusal }> {
    let value: unknown = this.#client;
    try {
      for (const { method, given } of steps) {
        const called: unknown = Reflect.get(value as object, method);
        value = Reflect.apply(called as () => unknown, value, [...given]);
      }
      if (!isThenable(value)) return { value };
      const chain: object = value;
      const { error } = (await value) as { readonly error: Refusal | null };
      return error === null ? { value: chain } : { value: chain, error };
    } catch (error) {
      return { value, error: { message: error instanceof Error ? error.message : String(error) } };
    }
  }
}

type Built = readonly { readonly method: string; readonly given: readonly unknown[] }[];

interface Refusal {
  readonly message: string;
  readonly details?: unknown;
  readonly hint?: string | null;
  readonly code?: string;
}

function isMethod(target: object, method: string): boolean {
  return typeof Reflect.get(target, method) === "function" && !(method in Object.prototype);
}

function isThenable(value: unknown): value is PromiseLike<unknown> & object {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "then") === "function";
}

function lastOf(built: Built): string {
  return built.at(-1)?.method ?? "supabase";
}

/** The arguments with stand-ins for what is not known, the likeliest first. */
function candidates(args: readonly Argument[], method: string): (readonly unknown[])[] {
  const writes = method === "insert" || method === "upsert" || method === "update";
  const firsts = args[0]?.kind === "value" ? [args[0].value] : writes ? [{}] : ["x", "x.eq.1", ...STAND_INS];
  const others = args.slice(1).every(({ kind }) => kind === "value") ? [undefined] : STAND_INS;
  return firsts.flatMap((first) =>
    others.map((other) =>
      args.map((argument, index) => {
        if (index === 0) return first;
        return argument.kind === "value" ? argument.value : other;
      }),
    ),
  );
}

function dynamicMethod(after: string): Issue {
  return {
    rule: "dynamic/method",
    verdict: "dynamic",
    message: `The method after ${after}() is computed, so it is not known which one it is.`,
    remedy: "Look which names it can have: those of supabase-js's queries and filters work as they are.",
  };
}

function dynamicName(method: string): Issue {
  return {
    rule: "dynamic/name",
    verdict: "dynamic",
    message: `What ${method}() is given first is only known when it runs.`,
    remedy:
      "Look which values it can have. Names and select texts work as they do in supabase-js, and mistakes are answered with the same errors.",
  };
}

function composedText(method: string): Issue {
  const injection =
    method === "or"
      ? " What a user typed can change the filter: give or() a list of conditions instead, whose values are values."
      : "";
  return {
    rule: "dynamic/text",
    verdict: "dynamic",
    message: `The text that ${method}() is given is put together when it runs.`,
    remedy: `Look which texts it can become.${injection}`,
  };
}

function unknownMethod(method: string, after: string): Issue {
  return {
    rule: "query/method",
    verdict: "notServed",
    message: `${after === "supabase" ? "" : `After ${after}() `}the shim has no ${method}().`,
    remedy: wayOut("query"),
  };
}

function refused(method: string, { message, details, hint, code }: Refusal): Issue {
  const said = [message, typeof details === "string" ? details : undefined].filter(Boolean).join(": ");
  return {
    rule: code === "PGRST100" ? "query/syntax" : "query/value",
    verdict: "notServed",
    message: `${method}() would be refused${code === undefined ? "" : ` with ${code}`}: ${said}`,
    remedy: hint ?? "Mend the text: PostgREST refuses it too.",
  };
}
