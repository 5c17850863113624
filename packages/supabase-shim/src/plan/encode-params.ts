import { type ArrayElement, arrayLiteral, type OperandValue } from "../request/index.ts";
import type { AuditFields, Encoding, Param } from "./param.ts";

/** What the placeholders of one call stand for. */
export interface ParamValues {
  readonly operands: readonly OperandValue[];
  /** Who acts, for the audit record; only for a plan with an audit. */
  readonly audit?: AuditFields | undefined;
}

/** The parameters of a compiled statement for one call: texts, and NULL. */
export function encodeParams(params: readonly Param[], values: ParamValues): (string | null)[] {
  return params.map((param) => {
    switch (param.kind) {
      case "constant":
        return param.text;
      case "audit":
        if (values.audit === undefined) throw new TypeError("An audited plan needs its call's record.");
        return values.audit[param.field] ?? null;
      case "operand":
        return encode(values.operands[param.slot] ?? null, param.encoding);
    }
  });
}

function encode(value: OperandValue, encoding: Encoding): string | null {
  if (value === null) return null;
  if (typeof value === "string") {
    return encoding === "pattern" || encoding === "patternArray" ? asPattern(value) : value;
  }
  if (encoding === "json") return JSON.stringify("list" in value ? value.list : value);
  const literal = arrayLiteral("list" in value ? value.list.map(arrayElement) : value);
  return encoding === "patternArray" ? asPattern(literal) : literal;
}

/** A list's member as PostgreSQL reads it from text: dates as ISO 8601, objects as JSON, nested lists as dimensions. */
function arrayElement(value: unknown): ArrayElement {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(arrayElement);
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** PostgREST lets `*` stand for `%`, because `%` must be escaped in a URL. */
function asPattern(text: string): string {
  return text.replaceAll("*", "%");
}
