import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

/** `char(n)`: of exactly `length` characters, filled up with spaces, which mean nothing where two are compared. */
export function charType(length: number): ValueType {
  return {
    searchable: true,
    fromJson(json) {
      const characters = Array.from(inputText(json));
      if (characters.slice(length).some((character) => character !== " "))
        throw new InvalidValue("22001", `value too long for type character(${length})`);
      const kept = characters.slice(0, length);
      return JSON.stringify(kept.join("") + " ".repeat(length - kept.length));
    },
    equality: (json) => JSON.stringify(inputText(json).replace(/ +$/, "")),
  };
}
