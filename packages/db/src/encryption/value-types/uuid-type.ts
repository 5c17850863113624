import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

export const uuidType: ValueType = {
  searchable: true,
  fromJson: (json) => JSON.stringify(canonicalUuid(inputText(json))),
};

/** As PostgreSQL prints it: in lower case, with hyphens. */
function canonicalUuid(text: string): string {
  const digits = text
    .trim()
    .replace(/^\{(.*)\}$/, "$1")
    .replaceAll("-", "")
    .toLowerCase();
  if (!/^[\da-f]{32}$/.test(digits)) throw new InvalidValue("22P02", "invalid input syntax for type uuid");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
