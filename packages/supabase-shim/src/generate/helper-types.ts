/** The parts of a schema that a helper type looks a name up in. */
interface Helper {
  readonly name: string;
  /** The name of its first type parameter, and of its second. */
  readonly parameters: readonly [string, string];
  readonly parts: readonly string[];
  /** What is taken of what was found; the whole where nothing is said. */
  readonly member?: readonly [name: string, variable: string];
}

const TABLE = "DefaultSchemaTableNameOrOptions";

/** The helper types that applications import beside `Database`, by the names that they have there. */
const HELPERS: readonly Helper[] = [
  { name: "Tables", parameters: [TABLE, "TableName"], parts: ["Tables", "Views"], member: ["Row", "R"] },
  { name: "TablesInsert", parameters: [TABLE, "TableName"], parts: ["Tables"], member: ["Insert", "I"] },
  { name: "TablesUpdate", parameters: [TABLE, "TableName"], parts: ["Tables"], member: ["Update", "U"] },
  { name: "Enums", parameters: ["DefaultSchemaEnumNameOrOptions", "EnumName"], parts: ["Enums"] },
  {
    name: "CompositeTypes",
    parameters: ["PublicCompositeTypeNameOrOptions", "CompositeTypeName"],
    parts: ["CompositeTypes"],
  },
];

/**
 * `Tables<"profiles">`, `Tables<{ schema: "billing" }, "invoices">` and their like, after the aliases they stand on.
 * Without a schema `public`, there is no default: then only the second form has a meaning.
 */
export function helperTypes(): string {
  return [
    `type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">\n`,
    `type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]\n`,
    ...HELPERS.map(helperType),
  ].join("\n");
}

function helperType({ name, parameters: [first, second], parts, member }: Helper): string {
  const named = `DatabaseWithoutInternals[${first}["schema"]]`;
  const taken = (found: string, indent: string): string =>
    member === undefined
      ? found
      : `${found} extends {\n${indent}    ${member[0]}: infer ${member[1]}\n${indent}  }\n${indent}  ? ${member[1]}\n${indent}  : never`;
  return `export type ${name}<
  ${first} extends
    | keyof ${together(parts, "DefaultSchema", " ")}
    | { schema: keyof DatabaseWithoutInternals },
  ${second} extends ${first} extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof ${together(parts, named, "\n        ")}
    : never = never,
> = ${first} extends {
  schema: keyof DatabaseWithoutInternals
}
  ? ${taken(`${together(parts, named, "\n      ")}[${second}]`, "  ")}
  : ${first} extends keyof ${together(parts, "DefaultSchema", "\n        ")}
    ? ${taken(`${together(parts, "DefaultSchema", "\n        ")}[${first}]`, "    ")}
    : never
`;
}

/** The parts of a schema as one type, broken where its lines would be too long. */
function together(parts: readonly string[], schema: string, space: string): string {
  const joined = parts.map((part) => `${schema}["${part}"]`).join(` &${space}`);
  return parts.length > 1 ? `(${joined})` : joined;
}
