import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { compile } from "@offramp/tests-types/compilers";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";

import {
  type Application,
  applications,
  type DatabaseTypes,
  drizzleTypes,
  generatedTypes,
  installApplication,
} from "../src/application.ts";
import { withoutErrorsOfDrizzle } from "../src/compilation.ts";
import { runInProject } from "../src/consumer-project.ts";
import { PATIENT, type PracticeDatabase, startPracticeDatabase } from "../src/practice-database.ts";

const project = inject("consumerProject");
let database: PracticeDatabase;
const types: Record<"a generated Database" | "a Drizzle schema", DatabaseTypes> = {
  "a generated Database": {},
  "a Drizzle schema": drizzleTypes(),
};
const kinds = Object.keys(types) as (keyof typeof types)[];

beforeAll(async () => {
  database = await startPracticeDatabase();
  if (project.unreachable) return;
  types["a generated Database"] = await generatedTypes(project, database.url);
});

afterAll(() => database.stop());

beforeEach((context) => {
  if (project.unreachable) context.skip(project.unreachable);
});

function install(application: Application, kind: keyof typeof types): string {
  return installApplication(project, application, types[kind]);
}

/** Each line is wrong, and the compiler says what of it. */
const mistakes = [
  [`supabase.from("visit");`, `"visits"`],
  [`supabase.from("visits").select("id, begin_at");`, "column 'begin_at' does not exist on 'visits'"],
  [`supabase.from("visits").select("id, profile(email)");`, "'visits' has no relationship with 'profile'"],
  [`supabase.from("visits").select("id").eq("rooms", "A");`, `"room"`],
  [`supabase.from("visits").select("id").gt("id", { id: 7 });`, "number"],
  [`supabase.from("visits").insert({ patient_id: "${PATIENT}" });`, "'begins_at' is missing"],
  [`supabase.from("visits").update({ id: 7 });`, "number"],
  [`supabase.from("visits").update({ status: "late" });`, `Type '"late"' is not assignable`],
  [`(await supabase.from("visits").select("room").throwOnError()).data[0]!.room.length;`, "null"],
  [`(await supabase.from("visits").select("room").throwOnError()).data[0]!.id;`, "'id' does not exist"],
] as const;

const beginning = [
  `import { createClient } from "@offramp/supabase-shim";`,
  `import type { Database } from "./database.types.js";`,
  `const supabase = createClient<Database>("postgres://localhost/practice");`,
];

describe.each(kinds)("types from %s", (kind) => {
  describe.each(Object.entries(applications))("%s compiles", (_name, application) => {
    test("with TypeScript 7, every declaration of every library included", async () => {
      const { errors } = await compile("TypeScript 7", join(install(application, kind), "tsconfig.json"));
      expect(withoutErrorsOfDrizzle(errors)).toEqual([]);
    });

    // That these compilers accept the declarations is held once, by the test of all entries.
    test.each(["TypeScript 5.9", "TypeScript 5.5"] as const)("with %s", async (compiler) => {
      const configuration = join(install(application, kind), "tsconfig.json");
      const { errors } = await compile(compiler, configuration, ["--skipLibCheck"]);
      expect(errors).toEqual([]);
    });
  });

  test("what is wrong does not compile, and the message says why", async () => {
    const folder = install(applications["a script"], kind);
    const program = [...beginning, ...mistakes.map(([line]) => line)].join("\n");
    writeFileSync(join(folder, "wrong.mts"), program);
    const configuration = join(folder, "tsconfig.wrong.json");
    writeFileSync(configuration, JSON.stringify({ extends: "./tsconfig.json", include: ["wrong.mts"] }));
    const { output } = await compile("TypeScript 7", configuration, ["--skipLibCheck"]);
    const messages = output.split(/^(?=wrong\.mts)/m);
    expect(messages).toEqual(mistakes.map(([, words]) => expect.stringContaining(words)));
  });
});

test("the script runs, and the rows are what its types say", async () => {
  const folder = install(applications["a script"], "a generated Database");
  const { errors } = await compile("TypeScript 7", join(folder, "tsconfig.json"), [
    "--noEmit",
    "false",
    "--outDir",
    "dist",
  ]);
  expect(errors).toEqual([]);
  const printed = await runInProject([join(folder, "dist", "monthly-figures.js"), PATIENT], {
    DATABASE_URL: database.url,
  });
  expect(printed.split("\n")).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d      1$/),
    "2  2026-02-03  Ada King",
    "1 open, the first 2027-01-07T08:30:00+00:00",
    `id,begins_at,room`,
    `3,"2027-01-07 08:30:00+00","A ""1"""`,
    "visit 1 is of a smoker",
    "",
  ]);
});
