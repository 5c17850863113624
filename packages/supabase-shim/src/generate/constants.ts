import { enumsOf, type FileParts } from "./database-type.ts";
import { key, literal, print } from "./layout.ts";

/** `Constants`: the labels of every enum as values, to list them in a form or check an input. */
export function constants(parts: FileParts): string {
  const schemas = parts.schemas.map((schema) => {
    const enums = enumsOf(parts, schema).map(({ name, labels }) => {
      const head = `      ${key(name)}: `;
      return `${head}${print({ kind: "tuple", items: labels.map(literal) }, 6, head.length + 1)},\n`;
    });
    const body = enums.length === 0 ? "{}" : `{\n${enums.join("")}    }`;
    return `  ${key(schema)}: {\n    Enums: ${body},\n  },\n`;
  });
  return `export const Constants = {\n${schemas.join("")}} as const\n`;
}
