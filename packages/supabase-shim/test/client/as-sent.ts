import type { Action, ApiRequest, LogicTree, Operation, SelectItem } from "../../src/request/index.ts";

/**
 * A request as far as the wire can carry it: lists as the text that supabase-js makes of them, and
 * `*` alone as no select. What is lost here is what supabase-js loses.
 */
export function asSent(request: ApiRequest): unknown {
  const { select, ...rest } = request;
  return {
    ...rest,
    action: actionAsSent(request.action),
    ...(select === undefined || isWholeRow(select) ? {} : { select }),
    filters: request.filters.map(({ path, value }) => ({ path, value: treeAsSent(value) })),
  };
}

function isWholeRow(select: readonly SelectItem[]): boolean {
  const [only] = select;
  return (
    select.length === 1 && only?.kind === "field" && only.field.name === "*" && Object.keys(only).length === 2
  );
}

/**
 * The text of the payload, read: what counts is what the database gets, not its spaces. Where the columns are listed,
 * the server does not look for keys.
 */
function actionAsSent(action: Action): unknown {
  if (!("payload" in action) || action.payload.kind !== "json") return action;
  const { text, keys, unread: _unread, ...payload } = action.payload;
  const listed = "columns" in action && action.columns !== undefined;
  return {
    ...action,
    payload: { ...payload, ...(listed ? {} : { keys }), value: JSON.parse(text) as unknown },
  };
}

function treeAsSent(tree: LogicTree): unknown {
  return tree.kind === "group"
    ? { ...tree, members: tree.members.map(treeAsSent) }
    : { ...tree, operation: operationAsSent(tree.operation) };
}

function operationAsSent(operation: Operation): unknown {
  if (operation.kind !== "compare" && operation.kind !== "binary") return operation;
  const { value } = operation;
  return typeof value === "string" ? operation : { ...operation, value: `{${value.list.join(",")}}` };
}
