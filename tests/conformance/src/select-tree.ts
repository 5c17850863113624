/**
 * Just enough of the select grammar to know which arrays of an answer are lists of rows:
 * the names under which embedded relations and spread columns appear.
 */
export type SelectNode =
  | { readonly kind: "column"; readonly key: string }
  | {
      readonly kind: "embed";
      readonly key: string;
      readonly relation: string;
      readonly children: readonly SelectNode[];
    }
  | { readonly kind: "spread"; readonly relation: string; readonly children: readonly SelectNode[] };

const aggregateHead = /(?:^|\.)(count|sum|avg|min|max)$/;

export function parseSelectTree(columns: string): readonly SelectNode[] {
  return splitTopLevel(columns).map(parseItem);
}

function parseItem(item: string): SelectNode {
  const spread = item.startsWith("...");
  const { alias, rest } = splitAlias(spread ? item.slice(3) : item);
  const open = indexOutsideQuotes(rest, "(");
  const head = open < 0 ? rest : rest.slice(0, open);
  if (open < 0 || !rest.endsWith(")") || aggregateHead.test(head)) {
    return { kind: "column", key: alias ?? columnKey(rest) };
  }
  const bang = indexOutsideQuotes(head, "!");
  const relation = unquote(bang < 0 ? head : head.slice(0, bang));
  const children = parseSelectTree(rest.slice(open + 1, -1));
  return spread
    ? { kind: "spread", relation, children }
    : { kind: "embed", key: alias ?? relation, relation, children };
}

function columnKey(text: string): string {
  const aggregate = /(?:^|\.)(count|sum|avg|min|max)\(\)(?:::\w+)?$/.exec(text);
  if (aggregate?.[1] !== undefined) return aggregate[1];
  const cast = indexOutsideQuotes(text, "::");
  const field = cast < 0 ? text : text.slice(0, cast);
  return unquote(field.split(/->>?/).at(-1) ?? field);
}

function splitAlias(item: string): { readonly alias?: string; readonly rest: string } {
  const open = indexOutsideQuotes(item, "(");
  const colon = indexOutsideQuotes(item.replaceAll("::", "\0\0"), ":");
  if (colon < 0 || (open >= 0 && colon > open)) return { rest: item };
  return { alias: unquote(item.slice(0, colon)), rest: item.slice(colon + 1) };
}

function splitTopLevel(columns: string): readonly string[] {
  const items: string[] = [];
  let item = "";
  let depth = 0;
  let quoted = false;
  for (const character of columns) {
    if (character === '"') quoted = !quoted;
    if (!quoted && /\s/.test(character)) continue;
    if (!quoted && character === "(") depth += 1;
    if (!quoted && character === ")") depth -= 1;
    if (!quoted && depth === 0 && character === ",") {
      items.push(item);
      item = "";
    } else {
      item += character;
    }
  }
  return [...items, item].filter((text) => text !== "");
}

function indexOutsideQuotes(text: string, wanted: string): number {
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '"') quoted = !quoted;
    if (!quoted && text.startsWith(wanted, index)) return index;
  }
  return -1;
}

function unquote(name: string): string {
  return name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name;
}
