import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

/** How an enum is noted in the database, which has none for the encrypted column: with its values, in their order. */
export function enumTypeName(name: string, values: readonly string[]): string {
  return `enum ${JSON.stringify(name)} ${JSON.stringify(values)}`;
}

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const ENUM = new RegExp(String.raw`^enum (${TEXT}) (\[${TEXT}(?:,${TEXT})*\])$`);

/** What {@link enumTypeName} says; undefined when it is another type. */
export function enumOf(
  type: string,
): { readonly name: string; readonly values: readonly string[] } | undefined {
  const [, name, values] = ENUM.exec(type) ?? [];
  if (name === undefined || values === undefined) return undefined;
  return { name: JSON.parse(name) as string, values: JSON.parse(values) as string[] };
}

/** One of a few texts. Tokens of so few values would show nearly all that there is to know of a column. */
export function enumType({
  name,
  values,
}: {
  readonly name: string;
  readonly values: readonly string[];
}): ValueType {
  const known = new Set(values);
  return {
    searchable: false,
    fromJson(json) {
      const text = inputText(json);
      if (!known.has(text)) throw new InvalidValue("22P02", `invalid input value for enum ${name}`);
      return JSON.stringify(text);
    },
  };
}
