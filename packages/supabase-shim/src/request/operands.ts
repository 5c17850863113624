import type { ApiRequest } from "./api-request.ts";
import type { ListOperand, LogicTree, Operation } from "./filter.ts";

/** A value of a request as it was given; how it is encoded depends on the column, which only the plan knows. */
export type OperandValue = string | null | readonly string[] | ListOperand;

/**
 * Every value of a request in one fixed order. Two requests of the same shape have their values at the
 * same places, so a compiled text made for one serves the other.
 */
export interface Operands {
  readonly values: readonly OperandValue[];
  /** The first place of the values that belong to an operation, a range or a payload of this request. */
  slotOf(owner: object): number;
}

export function collectOperands(request: ApiRequest): Operands {
  const values: OperandValue[] = [];
  const slots = new Map<object, number>();
  const visit = (tree: LogicTree): void => {
    if (tree.kind === "group") {
      for (const member of tree.members) visit(member);
      return;
    }
    slots.set(tree.operation, values.length);
    values.push(...operationValues(tree.operation));
  };
  for (const { value } of request.filters) visit(value);
  for (const { value: range } of request.ranges) {
    slots.set(range, values.length);
    if (range.limit !== undefined) values.push(String(range.limit));
    if (range.offset !== 0) values.push(String(range.offset));
  }
  const { action } = request;
  if ("payload" in action) {
    slots.set(action.payload, values.length);
    values.push(...payloadValues(action.payload));
  }
  return {
    values,
    slotOf: (owner) => {
      const slot = slots.get(owner);
      if (slot === undefined) throw new TypeError("The value does not belong to this request.");
      return slot;
    },
  };
}

function operationValues(operation: Operation): readonly OperandValue[] {
  switch (operation.kind) {
    case "is":
      return [];
    case "in":
      return [operation.values];
    case "textSearch":
      return operation.language === undefined ? [operation.value] : [operation.value, operation.language];
    case "compare":
    case "binary":
    case "isDistinct":
      return [operation.value];
  }
}

type Payload = Extract<ApiRequest["action"], { payload: unknown }>["payload"];

function payloadValues(payload: Payload): readonly OperandValue[] {
  switch (payload.kind) {
    case "json":
      return [payload.text];
    case "named":
      return payload.pairs.map(([, value]) => value);
    case "raw":
      // PostgreSQL's hex input of bytea; text and xml are text already.
      return [
        payload.contentType === "octet-stream"
          ? `\\x${Buffer.from(payload.bytes).toString("hex")}`
          : Buffer.from(payload.bytes).toString("utf8"),
      ];
  }
}
