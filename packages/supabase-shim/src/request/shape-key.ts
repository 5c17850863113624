import type { ApiRequest } from "./api-request.ts";
import type { LogicTree, Operation } from "./filter.ts";

/**
 * A key that is equal for two requests exactly when they differ in nothing but values:
 * filter values, list lengths, limits, offsets (but for none) and payload texts are left out, the rest is in.
 */
export function shapeKey(request: ApiRequest): string {
  const { action } = request;
  return JSON.stringify([
    request.schema ?? null,
    "payload" in action ? { ...action, payload: payloadShape(action.payload) } : action,
    request.select === undefined ? null : selectShape(request.select),
    request.filters.map(({ path, value }) => [path, treeShape(value)]),
    request.order,
    request.ranges.map(({ path, value }) => [path, value.limit !== undefined, value.offset !== 0]),
    request.preferences,
    request.media,
    request.alternatives ?? null,
  ]);
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

function treeShape(tree: LogicTree): unknown {
  return tree.kind === "group"
    ? [tree.operator, tree.negated, tree.members.map(treeShape)]
    : [tree.field, tree.negated, operationShape(tree.operation)];
}

function operationShape(operation: Operation): unknown {
  switch (operation.kind) {
    case "is":
      return ["is", operation.value];
    case "in":
      return ["in"];
    case "textSearch":
      return [operation.operator, operation.language !== undefined];
    case "compare":
      return [operation.operator, operation.quantifier ?? null, typeof operation.value];
    case "binary":
      return [operation.operator, typeof operation.value];
    case "isDistinct":
      return ["isDistinct"];
  }
}

type Payload = Extract<ApiRequest["action"], { payload: unknown }>["payload"];

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
