import type { Action, ApiRequest, Located, Range } from "./api-request.ts";
import type { Field } from "./field.ts";
import type { LogicTree, Operation } from "./filter.ts";
import type { MediaType } from "./media-type.ts";
import type { Preferences } from "./preferences.ts";

/**
 * A key that is equal for two requests exactly when they differ in nothing but values:
 * filter values, list lengths, limits, offsets (but for none) and payload texts are left out, the rest is in.
 *
 * It is JSON, put together by hand: every call makes one, and most of its parts are short or the same as the last time.
 */
export function shapeKey(request: ApiRequest): string {
  const { schema, action, select, filters, order, ranges, preferences, media, alternatives } = request;
  return `[${schema === undefined ? "null" : JSON.stringify(schema)},${actionShape(action)},${
    select === undefined ? "null" : selectShape(select)
  },${filtersShape(filters)},${order.length === 0 ? "[]" : JSON.stringify(order)},${rangesShape(ranges)},${preferencesShape(
    preferences,
  )},${mediaShape(media)}${alternatives === undefined ? "" : `,${JSON.stringify(alternatives)}`}]`;
}

function actionShape(action: Action): string {
  if (action.kind === "read") return `["read",${JSON.stringify(action.relation)},${action.headersOnly}]`;
  return JSON.stringify("payload" in action ? { ...action, payload: payloadShape(action.payload) } : action);
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

function filtersShape(filters: readonly Located<LogicTree>[]): string {
  let shape = "";
  for (const { path, value } of filters) shape += `[${pathShape(path)},${treeShape(value)}],`;
  return `[${shape}0]`;
}

function pathShape(path: readonly string[]): string {
  return path.length === 0 ? "[]" : JSON.stringify(path);
}

function treeShape(tree: LogicTree): string {
  if (tree.kind === "filter") {
    return `[${fieldShape(tree.field)},${tree.negated},${operationShape(tree.operation)}]`;
  }
  let members = "";
  for (const member of tree.members) members += `${treeShape(member)},`;
  return `["${tree.operator}",${tree.negated},[${members}0]]`;
}

function fieldShape(field: Field): string {
  return field.path.length === 0
    ? `[${JSON.stringify(field.name)}]`
    : JSON.stringify([field.name, field.path]);
}

function operationShape(operation: Operation): string {
  switch (operation.kind) {
    case "is":
      return JSON.stringify(["is", operation.value]);
    case "in":
      return '"in"';
    case "textSearch":
      return `["${operation.operator}",${operation.language !== undefined}]`;
    case "compare":
      return `["${operation.operator}","${operation.quantifier ?? ""}","${typeof operation.value}"]`;
    case "binary":
      return `["${operation.operator}","${typeof operation.value}"]`;
    case "isDistinct":
      return '"isDistinct"';
  }
}

function rangesShape(ranges: readonly Located<Range>[]): string {
  let shape = "";
  for (const { path, value } of ranges) {
    shape += `[${pathShape(path)},${value.limit !== undefined},${value.offset !== 0}],`;
  }
  return `[${shape}0]`;
}

function preferencesShape(preferences: Preferences): string {
  // Most calls have none, which one look tells.
  for (const _any in preferences) return JSON.stringify(preferences);
  return "{}";
}

function mediaShape(media: MediaType): string {
  return media.kind === "json" && media.stripNulls === undefined ? '"json"' : JSON.stringify(media);
}

type Payload = Extract<Action, { payload: unknown }>["payload"];

function payloadShape(payload: Payload): unknown {
  switch (payload.kind) {
    case "json":
      return [payload.shape, payload.keys, payload.tabular];
    case "named":
      return payload.pairs.map(([name]) => name);
    case "raw":
      return payload.contentType;
  }
}
