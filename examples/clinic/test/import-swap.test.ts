import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const run = promisify(execFile);
const example = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));

const ours = 'import { createClient } from "@offramp/supabase-shim";';
const theirs = 'import { createClient } from "@supabase/supabase-js";';

const typesFromDrizzle = `import type * as schema from "@offramp/db/schema";
import type { DatabaseOf } from "@offramp/supabase-shim";

export type Database = DatabaseOf<typeof schema>;
`;

let folder: string;
let source: string;

beforeAll(async () => {
  // Inside the example, so that both packages are found from there.
  folder = await mkdtemp(join(example, "import-swap-"));
  source = await readFile(join(example, "src", "clinic-app.ts"), "utf8");
  await copyFile(join(example, "src", "database.types.ts"), join(folder, "database.types.ts"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** What the compiler says about the application; what it says about the packages' sources is theirs. */
async function compile(text: string): Promise<readonly string[]> {
  await writeFile(join(folder, "clinic-app.ts"), text);
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../tsconfig.json", include: ["clinic-app.ts"] }),
  );
  const output = await run(process.execPath, [compiler, "-p", folder]).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? String(error),
  );
  return output.split("\n").filter((line) => line.includes("clinic-app.ts"));
}

it("the import is the application's first line and its only mention of Offramp", () => {
  const [first, ...rest] = source.split("\n");
  expect(first).toBe(ours);
  expect(rest.join("\n")).not.toMatch(/offramp/i);
});

it("with that line changed back, the application compiles against supabase-js", async () => {
  expect(await compile(source)).toEqual([]);
  expect(await compile(source.replace(ours, theirs))).toEqual([]);
});

it("the check notices a call that supabase-js does not have", async () => {
  const broken = source.replace(".maybeSingle()", ".maybeOne()");
  expect((await compile(broken.replace(ours, theirs))).join()).toContain("maybeOne");
});

it("a select string that names no column of the table is reported at the call", async () => {
  const broken = source.replace("biological_age, created_at", "biological_years, created_at");
  expect((await compile(broken)).join()).toContain("column 'biological_years' does not exist on 'reports'");
});

it("the types of the Drizzle schema do in the generated file's place, with both packages", async () => {
  await writeFile(join(folder, "database.types.ts"), typesFromDrizzle);
  expect(await compile(source)).toEqual([]);
  expect(await compile(source.replace(ours, theirs))).toEqual([]);
  const broken = source.replace('tier: "pro"', "tier: 7");
  expect((await compile(broken)).join()).toContain("Type 'number' is not assignable to type 'string'");
});
