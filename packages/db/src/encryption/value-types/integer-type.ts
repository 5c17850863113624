import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

/** A whole number of so many bits. */
export function integerType(name: string, bits: number): ValueType {
  return {
    searchable: true,
    fromJson(json) {
      const text = inputText(json).trim();
      if (!/^[-+]?\d+$/.test(text)) throw new InvalidValue("22P02", `invalid input syntax for type ${name}`);
      const value = BigInt(text.replace("+", ""));
      if (value !== BigInt.asIntN(bits, value))
        throw new InvalidValue("22003", `value out of range for type ${name}`);
      return String(value);
    },
  };
}
