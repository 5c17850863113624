import type { Node, Program } from "oxc-parser";

import { unwrapped, writtenName } from "../source-code/syntax-node.ts";
import { clientIssues } from "./client-issues.ts";
import type { Placed } from "./file-scopes.ts";
import type { FoundUse } from "./found-use.ts";
import { importUses } from "./import-uses.ts";
import type { ChainJudge } from "./judge-chain.ts";
import { judgeMember } from "./judge-member.ts";
import { isFactory, type Meaning, type Step } from "./meaning.ts";
import { readArgument } from "./read-argument.ts";
import type { MeaningReader } from "./read-meaning.ts";
import { namesPackage } from "./supabase-package.ts";
import { clientHas } from "./shim-client.ts";

/** What is needed to find the uses of one file. */
export interface UseFinder {
  readonly reader: MeaningReader;
  readonly program: Program;
  readonly text: string;
  readonly judge: ChainJudge;
}

/** Every use of supabase-js in a file, in the order of the text. */
export async function fileUses(finder: UseFinder): Promise<FoundUse[]> {
  const found = namesPackage(finder.text) ? importUses(finder.program) : [];
  for (const site of finder.reader.scopes.sites) {
    const use = await siteUse(finder, site);
    if (use !== undefined) found.push(use);
  }
  return found.toSorted((one, other) => one.node.start - other.node.start);
}

async function siteUse(finder: UseFinder, { node: site, scope }: Placed): Promise<FoundUse | undefined> {
  const { reader } = finder;
  let node = unwrapped(site);
  for (;;) {
    if (node.type === "NewExpression") {
      const made = reader.of(node.callee, scope);
      return made.kind === "external" && made.name === "SupabaseClient" ? newClient(node) : undefined;
    }
    if (node.type === "MemberExpression") {
      const object = reader.of(node.object, scope);
      const name = reader.memberName(node, scope);
      if (object.kind === "client" && object.sure && name !== undefined && isForeign(name))
        return { node, what: name, issues: judgeMember([name]) };
      node = unwrapped(node.object);
      continue;
    }
    if (node.type !== "CallExpression") return undefined;
    const callee = unwrapped(node.callee);
    const called = reader.of(callee, scope);
    if (called.kind === "external") {
      if (!isFactory(called.name)) return undefined;
      const args = node.arguments.map((argument) => readArgument(reader, argument, scope));
      return { node, what: `${called.name}()`, issues: clientIssues(called, node.arguments, args) };
    }
    if (callee.type !== "MemberExpression") return undefined;
    const object = reader.of(callee.object, scope);
    const method = reader.memberName(callee, scope);
    const use = await methodUse(finder, { node, scope, object, method });
    if (use !== undefined) return use;
    const lost = lostChain(reader, { node, scope });
    if (lost !== undefined) return lost;
    node = unwrapped(callee.object);
  }
}

interface MethodCall extends Placed {
  readonly object: Meaning;
  readonly method: string | undefined;
}

async function methodUse(finder: UseFinder, call: MethodCall): Promise<FoundUse | undefined> {
  const { node, scope, object, method } = call;
  if (object.kind === "member") {
    const path = [...object.path, method ?? "[computed]"];
    return { node, what: `${path.join(".")}()`, issues: judgeMember(path) };
  }
  if (object.kind === "client" && method !== "from" && method !== "rpc" && method !== "schema") {
    if (method === undefined) {
      return object.sure
        ? { node, what: "[computed]()", issues: await finder.judge.judge([{ method, args: [] }], 0) }
        : undefined;
    }
    if (method === "withClaims" || method === "transaction") return { node, what: `${method}()`, issues: [] };
    return object.sure || clientHas(method)
      ? { node, what: `${method}()`, issues: judgeMember([method]) }
      : undefined;
  }
  if (object.kind !== "client" && object.kind !== "chain") return undefined;
  const meaning = finder.reader.of(node, scope);
  if (meaning.kind !== "chain") return undefined;
  const first = stepsBefore(finder.reader, call);
  return {
    node,
    what: describe(meaning.steps.slice(first)),
    issues: await finder.judge.judge(meaning.steps, first),
  };
}

/** How many steps of a chain stand elsewhere: `query = query.eq(…)` has those of `query` before it. */
function stepsBefore(reader: MeaningReader, { node, scope }: Placed): number {
  let base = unwrapped(node);
  while (base.type === "CallExpression" || base.type === "MemberExpression") {
    const callee: Node = base.type === "CallExpression" ? unwrapped(base.callee) : base;
    if (callee.type !== "MemberExpression") break;
    const object = unwrapped(callee.object);
    if (reader.of(object, scope).kind !== "chain") return 0;
    base = object;
  }
  const meaning = reader.of(base, scope);
  return meaning.kind === "chain" ? meaning.steps.length : 0;
}

const VERBS = new Set(["select", "insert", "update", "upsert", "delete"]);

/** `x.from("profiles").select(…)` on something of which nothing is known looks like a client that was lost sight of. */
function lostChain(reader: MeaningReader, { node, scope }: Placed): FoundUse | undefined {
  if (node.type !== "CallExpression") return undefined;
  const verb = unwrapped(node.callee);
  if (verb.type !== "MemberExpression" || !VERBS.has(writtenName(verb.property, verb.computed) ?? ""))
    return undefined;
  const from = unwrapped(verb.object);
  if (from.type !== "CallExpression" || from.arguments.length !== 1) return undefined;
  const callee = unwrapped(from.callee);
  if (callee.type !== "MemberExpression" || writtenName(callee.property, callee.computed) !== "from")
    return undefined;
  if (reader.of(callee.object, scope).kind !== "unknown") return undefined;
  return {
    node,
    what: "from().…",
    issues: [
      {
        rule: "origin/unknown",
        verdict: "dynamic",
        message: "This reads like a query of supabase-js, but where its client comes from was not found.",
        remedy:
          "Look whether it is a Supabase client; with the type SupabaseClient on the variable or parameter the next scan knows.",
      },
    ],
  };
}

function newClient(node: Node): FoundUse {
  return {
    node,
    what: "new SupabaseClient()",
    issues: [
      {
        rule: "client/constructor",
        verdict: "notServed",
        message: "The shim's SupabaseClient is not made by new.",
        remedy: "Make it with createClient(url, key, options).",
      },
    ],
  };
}

/** A property of supabase-js's client that the shim's does not have, such as `supabaseUrl`. */
function isForeign(name: string): boolean {
  return !clientHas(name) && name !== "current" && name !== "value" && name !== "then";
}

function describe(steps: readonly Step[]): string {
  return steps
    .map(({ method, args }) => {
      const [first] = args;
      const shown =
        first?.kind === "value" && typeof first.value === "string"
          ? JSON.stringify(shortened(first.value))
          : "";
      return `${method ?? "[computed]"}(${shown}${args.length > (shown === "" ? 0 : 1) ? "…" : ""})`;
    })
    .join(".");
}

function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
