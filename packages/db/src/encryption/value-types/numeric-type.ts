import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

/** Digits without a point, and how many of them stand behind it. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** `numeric`, whose digits are kept as they are, and `numeric(precision, scale)`, rounded half away from zero. */
export function numericType(precision?: number, scale = 0): ValueType {
  return {
    searchable: true,
    fromJson(json) {
      const text = inputText(json).trim();
      if (/^nan$/i.test(text)) return '"NaN"';
      // PostgreSQL 14 and later, and only where no precision is declared.
      const infinite = /^([-+]?)inf(?:inity)?$/i.exec(text);
      if (infinite !== null) {
        if (precision !== undefined) throw new InvalidValue("22003", "numeric field overflow");
        return `"${infinite[1] === "-" ? "-" : ""}Infinity"`;
      }
      const value = parseDecimal(text);
      return printDecimal(precision === undefined ? value : rounded(value, { precision, scale }));
    },
    // 1.0 and 1.00 are equal.
    equality: (json) => (json.includes(".") ? json.replace(/\.?0+$/, "") : json),
  };
}

/** PostgreSQL keeps at most so many digits before and behind the point. */
const MOST_DIGITS = 131_072;

function parseDecimal(text: string): Decimal {
  const [, sign = "", whole = "", behind = "", exponent = "0"] =
    /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  if (whole === "" && behind === "") throw new InvalidValue("22P02", "invalid input syntax for type numeric");
  const shift = Number(exponent);
  if (Math.abs(shift) + text.length > MOST_DIGITS)
    throw new InvalidValue("22003", "value overflows numeric format");
  const scale = behind.length - shift;
  const digits = BigInt(`${whole}${behind}`) * (scale < 0 ? 10n ** BigInt(-scale) : 1n);
  return { digits: sign === "-" ? -digits : digits, scale: Math.max(scale, 0) };
}

function rounded(
  value: Decimal,
  { precision, scale }: { readonly precision: number; readonly scale: number },
): Decimal {
  const digits = atScale(value, scale);
  if (String(digits).replace("-", "").length > precision && digits !== 0n) {
    throw new InvalidValue("22003", "numeric field overflow");
  }
  return { digits, scale };
}

function atScale({ digits, scale: has }: Decimal, scale: number): bigint {
  if (scale >= has) return digits * 10n ** BigInt(scale - has);
  const unit = 10n ** BigInt(has - scale);
  const half = digits < 0n ? -unit / 2n : unit / 2n;
  return (digits + half) / unit;
}

function printDecimal({ digits, scale }: Decimal): string {
  const negative = digits < 0n;
  const text = String(negative ? -digits : digits).padStart(scale + 1, "0");
  const whole = text.slice(0, text.length - scale);
  const behind = scale === 0 ? "" : `.${text.slice(text.length - scale)}`;
  return `${negative ? "-" : ""}${whole}${behind}`;
}
