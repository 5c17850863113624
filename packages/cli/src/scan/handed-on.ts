import type { Node } from "oxc-parser";

import { unwrapped } from "../source-code/syntax-node.ts";
import type { Placed } from "./file-scopes.ts";
import { type FunctionPlace, leadsToClient, type Meaning } from "./meaning.ts";
import type { MeaningReader } from "./read-meaning.ts";

/** A client that is given to a function: its parameter then means one. */
export interface HandedOn {
  readonly to: FunctionPlace;
  readonly index: number;
  readonly meaning: Meaning;
}

/** Where a file gives clients to functions, constructors and components. */
export function handedOn(reader: MeaningReader): HandedOn[] {
  return reader.scopes.sites.flatMap((site) => {
    let node: Node = unwrapped(site.node);
    const found: HandedOn[] = [];
    // A chain hands on in each of its calls: makeRepository(supabase).load(supabase).
    for (;;) {
      found.push(...given(reader, { node, scope: site.scope }));
      if (node.type === "CallExpression") node = unwrapped(node.callee);
      else if (node.type === "MemberExpression") node = unwrapped(node.object);
      else return found;
    }
  });
}

function given(reader: MeaningReader, { node, scope }: Placed): HandedOn[] {
  if (node.type === "JSXOpeningElement") return componentProperties(reader, { node, scope });
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return [];
  const transaction = transactionClient(reader, { node, scope });
  if (transaction !== undefined) return [transaction];
  const args = node.arguments.map((argument) => ({ meaning: reader.of(argument, scope) }));
  if (!args.some(({ meaning }) => leadsToClient(meaning))) return [];
  const called = reader.of(node.callee, scope);
  const to = called.kind === "function" || called.kind === "class" ? called.at : undefined;
  return to === undefined
    ? []
    : args.flatMap(({ meaning }, index) => (leadsToClient(meaning) ? [{ to, index, meaning }] : []));
}

/** `supabase.transaction(async (tx) => …)` gives its function a client. */
function transactionClient(reader: MeaningReader, { node, scope }: Placed): HandedOn | undefined {
  if (node.type !== "CallExpression") return undefined;
  const callee = unwrapped(node.callee);
  if (callee.type !== "MemberExpression" || reader.memberName(callee, scope) !== "transaction")
    return undefined;
  const [first] = node.arguments;
  const client = reader.of(callee.object, scope);
  const work = first === undefined ? undefined : reader.of(first, scope);
  return client.kind === "client" && work?.kind === "function"
    ? { to: work.at, index: 0, meaning: client }
    : undefined;
}

function componentProperties(reader: MeaningReader, { node, scope }: Placed): HandedOn[] {
  if (node.type !== "JSXOpeningElement" || node.name.type !== "JSXIdentifier") return [];
  const { name } = node.name;
  const binding = scope.find(name);
  if (binding === undefined) return [];
  const component = binding.origins
    .map((origin) => reader.from(origin))
    .find((meaning) => meaning.kind === "function");
  if (component === undefined) return [];
  const fields = new Map<string, Meaning>();
  for (const attribute of node.attributes) {
    if (attribute.type !== "JSXAttribute" || attribute.name.type !== "JSXIdentifier") continue;
    if (attribute.value?.type !== "JSXExpressionContainer") continue;
    const meaning = reader.of(attribute.value.expression, scope);
    if (leadsToClient(meaning)) fields.set(attribute.name.name, meaning);
  }
  return fields.size === 0 ? [] : [{ to: component.at, index: 0, meaning: { kind: "object", fields } }];
}
