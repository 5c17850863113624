import { err, ok, type PlanError, type Result } from "../../errors/index.ts";
import type { ApiRequest, LogicTree, OrderTerm, Range, SelectItem } from "../../request/index.ts";
import type { LocatedNode } from "./located-tree.ts";

/** The parts of a request that a read has; which of them apply differs by action. */
export interface ReadRequest {
  readonly name: string;
  readonly select: readonly SelectItem[];
  readonly filters: ApiRequest["filters"];
  readonly order: ApiRequest["order"];
  readonly ranges: ApiRequest["ranges"];
}

interface Building {
  readonly item: Omit<LocatedNode, "fields" | "children" | "filters" | "order" | "range">;
  readonly fields: LocatedNode["fields"];
  readonly children: Building[];
  readonly filters: LogicTree[];
  order: readonly OrderTerm[];
  range: Range | undefined;
}

/** First pass: hangs every filter, order and range on the relation that its path names. Fails with PGRST108. */
export function locate(request: ReadRequest): Result<LocatedNode, PlanError> {
  const root = build({ name: request.name, spread: false, depth: 0 }, request.select);
  for (const { path, value } of request.filters) {
    const found = follow(root, path);
    if (!found.ok) return found;
    found.value.filters.push(value);
  }
  for (const { path, value } of request.order) {
    const found = follow(root, path);
    if (!found.ok) return found;
    found.value.order = value;
  }
  for (const { path, value } of request.ranges) {
    const found = follow(root, path);
    if (!found.ok) return found;
    found.value.range = value;
  }
  return ok(finish(root));
}

function build(item: Building["item"], select: readonly SelectItem[]): Building {
  const children = select.flatMap((entry) => {
    if (entry.kind === "field") return [];
    const { relation, hint, join } = entry;
    const child = {
      name: relation,
      spread: entry.kind === "spread",
      depth: item.depth + 1,
      ...(entry.kind === "embed" && entry.alias !== undefined ? { alias: entry.alias } : {}),
      ...(hint === undefined ? {} : { hint }),
      ...(join === undefined ? {} : { join }),
    };
    return [build(child, entry.select)];
  });
  const fields = select.filter((entry) => entry.kind === "field");
  return { item, fields, children, filters: [], order: [], range: undefined };
}

/** A step of a path is an embed's name or its alias. */
function follow(from: Building, path: readonly string[]): Result<Building, PlanError> {
  let node = from;
  for (const step of path) {
    const child = node.children.find(({ item }) => item.name === step || item.alias === step);
    if (child === undefined) return err({ kind: "notEmbedded", name: step });
    node = child;
  }
  return ok(node);
}

function finish({ item, fields, children, filters, order, range }: Building): LocatedNode {
  return {
    ...item,
    fields,
    children: children.map(finish),
    filters,
    order,
    ...(range === undefined ? {} : { range }),
  };
}
