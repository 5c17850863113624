/** A database and the queries of an application on it, as sizes. */
export interface Workload {
  readonly name: string;
  readonly tables: number;
  readonly queries: number;
}

export const WORKLOADS: readonly Workload[] = [
  { name: "20 tables, 100 queries", tables: 20, queries: 100 },
  { name: "300 tables, 600 queries", tables: 300, queries: 600 },
];

const COLUMNS = [
  ["id", "number", true],
  ["name", "string", false],
  ["title", "string | null", true],
  ["created_at", "string", true],
  ["updated_at", "string | null", true],
  ["amount", "number", false],
  ["status", 'Database["public"]["Enums"]["status"]', true],
  ["payload", "Json", true],
  ["owner_id", "string", false],
  ["active", "boolean", true],
  ["tags", "string[] | null", true],
] as const;

/** Each table refers to the one before it, and may refer to the one before that. */
const PARENTS = [
  { distance: 1, nullable: false },
  { distance: 2, nullable: true },
] as const;

/** The `Database` type of a workload, in the form that generators write. */
export function databaseOf({ tables }: Workload): string {
  const bodies = Array.from({ length: tables }, (_, index) => `      t${index}: ${tableType(index)}`);
  return `export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  __InternalSupabase: { PostgrestVersion: "14.17" }
  public: {
    Tables: {
${bodies.join("\n")}
    }
    Views: { [_ in never]: never }
    Functions: { add: { Args: { a: number; b?: number }; Returns: number } }
    Enums: { status: "draft" | "open" | "closed" }
    CompositeTypes: { [_ in never]: never }
  }
}
`;
}

function tableType(index: number): string {
  const parents = PARENTS.filter(({ distance }) => index >= distance);
  const columns = [
    ...COLUMNS,
    ...parents.map(
      ({ distance, nullable }) =>
        [`t${index - distance}_id`, nullable ? "number | null" : "number", nullable] as const,
    ),
  ];
  const members = (optional: (needed: boolean) => boolean): string =>
    columns.map(([name, type, spare]) => `${name}${optional(spare) ? "?" : ""}: ${type}`).join("; ");
  const keys = parents.map(({ distance }) => {
    const parent = `t${index - distance}`;
    return `{ foreignKeyName: "t${index}_${parent}_id_fkey"; columns: ["${parent}_id"]; isOneToOne: false; referencedRelation: "${parent}"; referencedColumns: ["id"] }`;
  });
  return `{ Row: { ${members(() => false)} }; Insert: { ${members((spare) => spare)} }; Update: { ${members(() => true)} }; Relationships: [${keys.join(", ")}] }`;
}

/** What an application does with a table: each form of query in turn, and a use of its result. */
function queryOf(number: number, tables: number): readonly [query: string, use: string] {
  const at = 2 + (number % (tables - 3));
  const [child, own, parent, grand] = [`t${at + 1}`, `t${at}`, `t${at - 1}`, `t${at - 2}`];
  const from = `db.from("${own}")`;
  const forms: readonly (readonly [string, string])[] = [
    [`${from}.select("*").eq("id", ${number})`, "data[0]?.name"],
    [
      `${from}.select("id, name, title, created_at").eq("name", "x").order("created_at", { ascending: false }).limit(10)`,
      "data[0]?.title",
    ],
    [`${from}.select("id, name, ${parent}(id, name)").gt("amount", ${number})`, `data[0]?.${parent}.name`],
    [
      `${from}.select("id, ${child}(id, title, status), ${grand}(name)").eq("status", "open").maybeSingle()`,
      `data?.${child}[0]?.status`,
    ],
    [
      `${from}.select("*, ${parent}!inner(id, name, ${grand}(id, title))").eq("${parent}.name", "y")`,
      `data[0]?.${parent}.${grand}?.id`,
    ],
    [
      `${from}.insert({ name: "a", amount: ${number}, owner_id: "o", ${parent}_id: 1 }).select("id, name").single()`,
      "data.name",
    ],
    [`${from}.update({ name: "b" }).eq("id", ${number}).select()`, "data[0]?.id"],
    [
      `${from}.select("id, label:name, amt:amount::text, payload->>kind, owner:owner_id").in("id", [1, 2]).order("name")`,
      "data[0]?.label",
    ],
    [
      `${from}.select("id, count:${child}(count), ...${parent}(parent:name, parent_title:title)").limit(1).single()`,
      "data.parent",
    ],
    [
      `${from}.select(\`\n    id,\n    name,\n    amount,\n    status,\n    active,\n    ${parent} (\n      id,\n      name\n    )\n  \`).eq("active", true).is("title", null).range(0, 9)`,
      `data[0]?.${parent}.id`,
    ],
  ];
  return forms[number % forms.length] ?? ["", ""];
}

/** An application on the database: only the module that the client comes from differs. */
export function applicationOf({ tables, queries }: Workload, module: string): string {
  const functions = Array.from({ length: queries }, (_, number) => {
    const [query, use] = queryOf(number, tables);
    return `export async function q${number}() {\n  const { data, error } = await ${query};\n  if (error) throw error;\n  return ${use};\n}`;
  });
  return `import { createClient } from "${module}";
import type { Database } from "./database.types";

declare const url: string;
const db = createClient<Database>(url, "key");

${functions.join("\n\n")}
`;
}
