import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { format } from "prettier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateTypes } from "../../src/generate-entry.ts";
import { type SchemaDatabase, schemaDatabase } from "../schema-cache/schema-database.ts";
import { REGISTRY } from "./registry-schema.ts";

let database: SchemaDatabase;
let text: string;

beforeAll(async () => {
  database = await schemaDatabase(REGISTRY);
  text = await generateTypes(database.db, { schemas: ["public", "lab"] });
});
afterAll(() => database.close());

/** The lines of a table, view or function, without their indentation. */
function member(name: string, of: string = text): string {
  const lines = of.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`      ${name}:`));
  const end = lines.findIndex(
    (line, index) => index > start && /^ {6}\S/.test(line) && !line.startsWith("      }"),
  );
  return lines
    .slice(start, end === -1 ? undefined : end)
    .map((line) => line.trim())
    .join("\n");
}

describe("the file", () => {
  it("is formatted as Supabase's generator formats it: prettier finds nothing to change", async () => {
    expect(await format(text, { parser: "typescript", semi: false })).toBe(text);
  });

  it("compiles, whatever the names", async () => {
    const folder = await mkdtemp(join(tmpdir(), "offramp-generate-"));
    try {
      await writeFile(join(folder, "database.types.ts"), text);
      await writeFile(
        join(folder, "use.ts"),
        `import { Constants, type CompositeTypes, type Database, type Enums, type Tables, type TablesInsert, type TablesUpdate } from "./database.types";
        export const row: Tables<"visit_list">["at"] = null;
        export const odd: Tables<{ schema: "lab" }, 'Odd "table" */ name'>["c\\"d"] = "";
        export const insert: TablesInsert<"visits"> = { id: 1, patient_id: 2, at: "2026-01-01" };
        export const update: TablesUpdate<"patients"> = { email: "a@b" };
        export const state: Enums<"state"> = Constants.public.Enums.state[0];
        export const other: Enums<{ schema: "lab" }, "state"> = Constants.lab.Enums.state[0];
        export const pair: CompositeTypes<"pair"> = { left_side: 1, right_side: ["on"] };
        export const version: string = "" as Database["__InternalSupabase"]["PostgrestVersion"];
        // @ts-expect-error an identity that is always generated takes no value
        export const always: TablesInsert<"patients"> = { id: 1, email: "a@b", note: {} };`,
      );
      const tsc = fileURLToPath(new URL("../../../../node_modules/typescript/bin/tsc", import.meta.url));
      const args = [
        tsc,
        "--ignoreConfig",
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--types",
        "",
        join(folder, "use.ts"),
      ];
      const printed = await promisify(execFile)(process.execPath, args).catch((error: unknown) => error);
      expect(printed).toMatchObject({ stdout: "" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is the same each time", async () => {
    expect(await generateTypes(database.db, { schemas: ["lab", "public", "lab"] })).toBe(text);
  });

  it("holds the schemas that were asked for, in the order of their names", () => {
    expect(text.match(/^ {2}(?:lab|public|hidden): \{$/gm)).toEqual([
      "  lab: {",
      "  public: {",
      "  lab: {",
      "  public: {",
    ]);
  });

  it("needs schemas that there are", async () => {
    await expect(generateTypes(database.db, { schemas: ["public", "nowhere"] })).rejects.toThrow(
      'generateTypes: the database has no schema named "nowhere"',
    );
  });
});

describe("tables", () => {
  it("have rows with every column in the order of names, and what select may name beside", () => {
    expect(member("patients")).toContain(`Row: {
aliases: string[] | null
both_names: string | null
code: number
email: string
id: number
lab_state: Database["lab"]["Enums"]["state"] | null
note: Json
secret: "a" | "b" | null
seen: string | null
shape: Database["public"]["CompositeTypes"]["pair"] | null
states: Database["public"]["Enums"]["state"][]
shout: string | null
}`);
  });

  it("take what a column needs: defaults and identities may be left out, what is always generated cannot be given", () => {
    expect(member("patients")).toContain(`Insert: {
aliases?: string[] | null
both_names?: never
code?: number
email: string
id?: never
lab_state?: Database["lab"]["Enums"]["state"] | null
note: Json
secret?: "a" | "b" | null
seen?: string | null
shape?: Database["public"]["CompositeTypes"]["pair"] | null
states?: Database["public"]["Enums"]["state"][]
}`);
  });

  it("list their foreign keys, to tables and to the views that show the key", () => {
    const visits = member("visits");
    expect(visits).toContain(`{
foreignKeyName: "visits_patient_id_fkey"
columns: ["patient_id"]
isOneToOne: true
referencedRelation: "patients"
referencedColumns: ["id"]
},`);
    expect(visits.match(/referencedRelation: .*/g)).toEqual(
      ["maybe_visits", "open_patients", "patients", "maybe_visits", "open_patients", "patients"].map(
        (name) => `referencedRelation: "${name}"`,
      ),
    );
  });

  it("are also partitioned tables, partitions, children and tables without columns", () => {
    for (const name of ["logs", "logs_2026", "special_visits", "nothing"]) {
      expect(member(name)).toContain("Relationships: [");
    }
    expect(member("nothing")).toContain("Row: {\n[_ in never]: never\n}");
  });
});

describe("views", () => {
  it("may be null everywhere, and take writes only where PostgreSQL passes them on", () => {
    expect(member("visit_list")).toContain(
      "Row: {\nat: string | null\nemail: string | null\nid: number | null\n}",
    );
    expect(member("visit_list")).not.toContain("Insert");
    expect(member("open_patients")).toContain(
      "Insert: {\nemail?: string | null\nid?: number | null\nnote?: Json | null\nt?: never\n}",
    );
    expect(member("counts")).not.toContain("Insert");
  });

  it("shows bigints as the client does", async () => {
    const exact = await generateTypes(database.db, { bigint: "string" });
    expect(member("visits", exact)).toContain("patient_id: string");
    expect(member("visits", exact)).toContain("clerk_id: string | null");
    expect(member("visits", exact)).toMatch(/^id: number$/m);
  });

  it("hold no null where that is proven, when asked", async () => {
    const proven = await generateTypes(database.db, { viewNulls: "proven" });
    const rowOf = (name: string): string => /Row: \{\n([^}]*)\}/.exec(member(name, proven))?.[1] ?? "";
    expect(rowOf("visit_list")).toBe("at: string\nemail: string\nid: number\n");
    expect(rowOf("visit_names")).toBe("day: string\nid: number\nshout: string | null\n");
    expect(rowOf("maybe_visits")).toBe("at: string | null\nid: number | null\n");
    expect(rowOf("all_ids")).toBe("id: number | null\n");
    expect(rowOf("counts")).toBe("n: number | null\n");
  });
});

describe("functions", () => {
  it.each([
    ["many", "many: { Args: { xs: number[] }; Returns: number }"],
    ["body", 'body: { Args: { "": Json }; Returns: undefined }'],
    ["one_out", "one_out: { Args: never; Returns: number }"],
    ["anything", "anything: { Args: never; Returns: Record<string, unknown> }"],
  ])("%s: on a line where it fits", (name, line) => {
    expect(member(name)).toBe(line);
  });

  it("are a union of their overloads", () => {
    expect(member("search")).toBe(`search:
| { Args: { q: number }; Returns: number }
| {
Args: { limit?: number; q: string }
Returns: {
hit: string
score: number
}[]
}`);
  });

  it("that a call could not choose between say so", () => {
    expect(member("clash").match(/public\.clash\(a => int4\), public\.clash\(a => text\)/g)).toHaveLength(2);
  });

  it("of a row are columns or relationships of it", () => {
    expect(member("shout")).toContain('Args: { "": Database["public"]["Tables"]["patients"]["Row"] }');
    expect(member("shout")).toContain("error: true");
    expect(member("visits_of")).toContain(
      'SetofOptions: {\nfrom: "patients"\nto: "visits"\nisOneToOne: false\nisSetofReturn: true\n}',
    );
    expect(member("first_visit")).toContain(
      'SetofOptions: {\nfrom: "patients"\nto: "visits"\nisOneToOne: true\nisSetofReturn: true\n}',
    );
  });

  it("with OUT arguments or a composite type return their columns", () => {
    expect(member("outs")).toContain('Returns: {\nb: number\nc: Database["public"]["Enums"]["state"]\n}');
    expect(member("give_pair")).toContain('Returns: Database["public"]["CompositeTypes"]["pair"]');
  });

  it("that nobody can call are left out: triggers, procedures, several unnamed arguments", () => {
    for (const name of ["touch", "run", "two_unnamed"]) expect(text).not.toContain(`      ${name}:`);
  });
});
