import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

/** `real` and `double precision`, in the fewest digits that give the number back. */
export function floatType(name: "real" | "double precision"): ValueType {
  return {
    searchable: false,
    fromJson(json) {
      const text = inputText(json).trim();
      const special = /^([-+]?)(?:(nan)|inf(?:inity)?)$/i.exec(text);
      if (special !== null) {
        return special[2] === undefined ? `"${special[1] === "-" ? "-" : ""}Infinity"` : '"NaN"';
      }
      if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) {
        throw new InvalidValue("22P02", `invalid input syntax for type ${name}`);
      }
      const value = Number(text);
      const kept = name === "real" ? Math.fround(value) : value;
      if (!Number.isFinite(kept)) throw new InvalidValue("22003", `value out of range for type ${name}`);
      if (Object.is(kept, -0)) return "-0";
      return name === "real" ? shortestReal(kept) : String(kept);
    },
  };
}

/** Nine digits always suffice for 24 bits. */
function shortestReal(value: number): string {
  for (let digits = 1; digits < 9; digits += 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}
