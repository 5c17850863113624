import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

/** `bytea`, read in its hex format and its escape format, shown in hex. */
export const byteaType: ValueType = {
  searchable: true,
  fromJson(json) {
    const text = inputText(json);
    const bytes = text.startsWith("\\x") ? fromHex(text.slice(2)) : fromEscaped(text);
    return JSON.stringify(`\\x${bytes.toString("hex")}`);
  },
  driverValue: (json) => Buffer.from(inputText(json).slice(2), "hex"),
};

/** Space may stand between two bytes. */
function fromHex(text: string): Buffer {
  const pairs = text.split(/\s+/);
  if (pairs.some((each) => !/^[\da-f]*$/i.test(each)))
    throw new InvalidValue("22023", "invalid hexadecimal digit");
  if (pairs.some((each) => each.length % 2 === 1))
    throw new InvalidValue("22023", "invalid hexadecimal data: odd number of digits");
  return Buffer.from(pairs.join(""), "hex");
}

/** A backslash stands before itself or before three octal digits; anything else is its own bytes. */
function fromEscaped(text: string): Buffer {
  const parts = text.split(/(\\\\|\\[0-3][0-7]{2})/).map((part) => {
    if (part === "\\\\") return Buffer.from("\\");
    if (/^\\[0-3][0-7]{2}$/.test(part)) return Buffer.from([Number.parseInt(part.slice(1), 8)]);
    if (part.includes("\\")) throw new InvalidValue("22P02", "invalid input syntax for type bytea");
    return Buffer.from(part, "utf8");
  });
  return Buffer.concat(parts);
}
