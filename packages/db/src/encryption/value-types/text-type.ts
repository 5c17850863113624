import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

/** `text`, and `varchar(n)` of at most `length` characters: spaces beyond them are cut off, as PostgreSQL does. */
export function textType(length?: number): ValueType {
  return {
    searchable: true,
    fromJson: (json) => JSON.stringify(fitted(inputText(json), length)),
  };
}

function fitted(text: string, length: number | undefined): string {
  if (length === undefined || text.length <= length) return text;
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  if (characters.slice(length).every((character) => character === " "))
    return characters.slice(0, length).join("");
  throw new InvalidValue("22001", `value too long for type character varying(${length})`);
}
