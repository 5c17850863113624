import type { Action, ApiRequest, Range } from "./api-request.ts";
import type { Field } from "./field.ts";
import type { Filter, LogicTree, Operation } from "./filter.ts";
import type { MediaType } from "./media-type.ts";
import type { OrderTerm } from "./order-term.ts";
import { isPageSize } from "./page-size.ts";
import type { Preferences } from "./preferences.ts";

/** One part of a key. */
type ShapePart = string | number | boolean | undefined;

/** What a request asks for but for its values, part by part. */
export type ShapeKey = readonly ShapePart[];

/**
 * A key that is equal, part by part, for two requests only when they differ in nothing but values: filter values, list
 * lengths, offsets (but for none), limits that are no page sizes and payload texts are left out, the rest is in.
 *
 * Every call makes one, so nothing is joined to a text that would have to be hashed: the parts are the names that the
 * request has already. A list begins with its length, so that two keys cannot read alike.
 */
export function shapeKey(request: ApiRequest): ShapePart[] {
  const { schema, action, select, filters, order, ranges, preferences, media, alternatives } = request;
  const key: ShapePart[] = [schema];
  addAction(key, action);
  key.push(select === undefined ? undefined : selectShape(select), filters.length);
  for (const { path, value } of filters) {
    addNames(key, path);
    addTree(key, value);
  }
  key.push(order.length);
  for (const { path, value } of order) {
    addNames(key, path);
    addOrder(key, value);
  }
  key.push(ranges.length);
  for (const { path, value } of ranges) {
    addNames(key, path);
    addRange(key, value);
  }
  addPreferences(key, preferences);
  key.push(mediaShape(media));
  if (alternatives !== undefined) key.push(JSON.stringify(alternatives));
  return key;
}

function addAction(key: ShapePart[], action: Action): void {
  switch (action.kind) {
    case "read":
      key.push(action.headersOnly ? "head" : "read", action.relation);
      return;
    case "delete":
      key.push("delete", action.relation);
      return;
    case "call":
      key.push("call", action.routine, action.method);
      addPayload(key, action.payload);
      return;
    case "insert":
    case "update":
    case "put":
      key.push(action.kind, action.relation);
      addPayload(key, action.payload);
      addNames(key, action.columns);
      if (action.kind === "insert") addNames(key, action.onConflict);
      if (action.kind === "update") addNames(key, action.by);
  }
}

type Payload = Extract<Action, { payload: unknown }>["payload"];

function addPayload(key: ShapePart[], payload: Payload): void {
  switch (payload.kind) {
    case "json":
      key.push(payload.shape, payload.tabular, payload.scalars !== undefined);
      addNames(key, payload.keys);
      return;
    case "named":
      key.push("named", payload.pairs.length);
      for (const [name] of payload.pairs) key.push(name);
      return;
    case "raw":
      key.push("raw", payload.contentType);
  }
}

function addNames(key: ShapePart[], names: readonly string[] | undefined): void {
  if (names === undefined) {
    key.push(undefined);
    return;
  }
  key.push(names.length);
  for (const name of names) key.push(name);
}

/** Builders that were given the same text share what it means, so its key is made once. */
const selectShapes = new WeakMap<object, string>();

function selectShape(select: NonNullable<ApiRequest["select"]>): string {
  const before = selectShapes.get(select);
  if (before !== undefined) return before;
  const shape = JSON.stringify(select);
  selectShapes.set(select, shape);
  return shape;
}

/** A group begins with a number, and a filter with a name. */
function addTree(key: ShapePart[], tree: LogicTree): void {
  if (tree.kind === "filter") {
    addField(key, tree.field);
    addOperation(key, tree);
    return;
  }
  key.push(tree.members.length, tree.operator, tree.negated);
  for (const member of tree.members) addTree(key, member);
}

function addField(key: ShapePart[], { name, path }: Field): void {
  key.push(name, path.length);
  for (const { arrow, operand } of path) {
    key.push(arrow, "key" in operand ? operand.key : operand.index);
  }
}

function addOperation(key: ShapePart[], { negated, operation }: Filter): void {
  switch (operation.kind) {
    case "is":
      key.push("is", negated, operation.value);
      return;
    case "in":
    case "isDistinct":
      key.push(operation.kind, negated);
      return;
    case "textSearch":
      key.push(operation.operator, negated, operation.language !== undefined);
      return;
    case "compare":
      key.push(operation.operator, negated, operation.quantifier, isList(operation));
      return;
    case "binary":
      key.push(operation.operator, negated, isList(operation));
  }
}

function isList({ value }: Extract<Operation, { kind: "compare" | "binary" }>): boolean {
  return typeof value !== "string";
}

function addOrder(key: ShapePart[], terms: readonly OrderTerm[]): void {
  key.push(terms.length);
  for (const { field, relation, direction, nulls } of terms) {
    addField(key, field);
    key.push(relation, direction, nulls);
  }
}

function addRange(key: ShapePart[], { limit, offset }: Range): void {
  key.push(limit !== undefined && isPageSize(limit) ? limit : limit !== undefined, offset !== 0);
}

/** Most calls have none, which one look tells. */
function addPreferences(key: ShapePart[], preferences: Preferences): void {
  for (const _any in preferences) {
    key.push(JSON.stringify(preferences));
    return;
  }
  key.push(undefined);
}

function mediaShape(media: MediaType): string {
  return media.kind === "json" && media.stripNulls === undefined ? "json" : JSON.stringify(media);
}
