import type { ApiRequest } from "./api-request.ts";
import type { ListOperand, LogicTree } from "./filter.ts";

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
  const slots = new Map<object, number>();
  const values = gather(request, (owner, slot) => slots.set(owner, slot));
  return {
    values,
    slotOf: (owner) => {
      const slot = slots.get(owner);
      if (slot === undefined) throw new TypeError("The value does not belong to this request.");
      return slot;
    },
  };
}

/** The values alone, for a request whose places are known from another one of its shape. */
export function operandValues(request: ApiRequest): readonly OperandValue[] {
  return gather(request);
}

type Place = (owner: object, slot: number) => void;

function gather(request: ApiRequest, place?: Place): readonly OperandValue[] {
  const { filters, ranges, action } = request;
  const values: OperandValue[] = [];
  for (const { value } of filters) gatherTree(values, value, place);
  for (const { value: range } of ranges) {
    place?.(range, values.length);
    if (range.limit !== undefined) values.push(String(range.limit));
    if (range.offset !== 0) values.push(String(range.offset));
  }
  if ("payload" in action) {
    place?.(action.payload, values.length);
    values.push(...payloadValues(action.payload));
  }
  return values;
}

function gatherTree(values: OperandValue[], tree: LogicTree, place: Place | undefined): void {
  if (tree.kind === "group") {
    for (const member of tree.members) gatherTree(values, member, place);
    return;
  }
  const { operation } = tree;
  place?.(operation, values.length);
  switch (operation.kind) {
    case "is":
      return;
    case "in":
      values.push(operation.values);
      return;
    case "textSearch":
      values.push(operation.value);
      if (operation.language !== undefined) values.push(operation.language);
      return;
    case "compare":
    case "binary":
    case "isDistinct":
      values.push(operation.value);
  }
}

type Payload = Extract<ApiRequest["action"], { payload: unknown }>["payload"];

function payloadValues(payload: Payload): readonly OperandValue[] {
  switch (payload.kind) {
    case "json":
      return payload.scalars === undefined ? [payload.text] : [payload.text, ...payload.scalars];
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
