import { resolve } from "node:path";

import type { Database } from "@offramp/db";
import type { Catalog } from "@offramp/db/conformance";
import { supabaseCompat } from "@offramp/supabase-shim";

import type { CommandContext, OfframpCommand } from "../command/command.ts";
import type { Outcome } from "../command/outcome.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption, isPlaceKnown } from "../connection/place.ts";
import type { PhiCandidate } from "../phi/phi-candidates.ts";
import { adaptCatalog } from "./adapt-catalog.ts";
import { applySchema } from "./apply-schema.ts";
import { drizzleModule } from "./drizzle/drizzle-module.ts";
import { writeDrizzleFile } from "./drizzle/write-drizzle-file.ts";
import { addSchemaOptions, readSchemaOptions, withAvailable } from "./read-schema-options.ts";
import { applicationSchemas, readSourceCatalog } from "./read-source-catalog.ts";
import { renderNotes } from "./render-notes.ts";
import { type SchemaFile, schemaScript } from "./script/schema-script.ts";
import { writeSchemaFiles } from "./write-schema-files.ts";

/** `offramp schema` */
export const schemaCommand: OfframpCommand = {
  name: "schema",
  summary: "write the target's schema as SQL files, policies and rights included, or make it there",
  configure(command) {
    addPlaceOption(command, "source");
    addPlaceOption(command, "target");
    addSchemaOptions(command);
    command
      .option("--out <folder>", "where the files go (without it, and without --apply, they are printed)")
      .option("--drizzle <file>", "write a Drizzle schema module with relations and PHI candidates")
      .option("--apply", "make the schema on the target; what is there stays", false);
  },
  async run(context) {
    const source = openPlace(context, "source", { max: 2 });
    const apply = context.options["apply"] === true;
    const target =
      apply || isPlaceKnown(context, "target") ? openPlace(context, "target", { max: 2 }) : undefined;
    try {
      return await write(context, source, target);
    } finally {
      await Promise.all([source.close(), target?.close()]);
    }
  },
};

async function write(
  context: CommandContext,
  source: Database,
  target: Database | undefined,
): Promise<Outcome> {
  const { terminal, options: flags } = context;
  const options = await withAvailable(readSchemaOptions(flags), target);
  const schemas = await applicationSchemas(source);
  terminal.note(`Reading ${schemas.join(", ")} of ${source.description}`);
  const { catalog, notes } = adaptCatalog(await readSourceCatalog(source, schemas), options);
  const compat = (await supabaseCompat().migrations()).flatMap(({ statements }) => statements);
  const files = schemaScript(catalog, compat);
  const folder = typeof flags["out"] === "string" ? resolve(flags["out"]) : undefined;
  if (folder !== undefined) await writeSchemaFiles(folder, files);
  if (flags["apply"] === true && target !== undefined) {
    await terminal.confirm(`Make ${catalog.objects.length} objects on ${target.description}?`);
    await applySchema(target, files, (file) => terminal.note(`  ${file.name}  ${file.title}`));
  }
  const drizzle = await writeDrizzle(context, catalog);
  const printed = folder === undefined && flags["apply"] !== true && drizzle === undefined;
  const data = {
    folder,
    drizzle,
    applied: flags["apply"] === true,
    files: folder === undefined ? files : files.map(({ name }) => name),
    notes,
  };
  const told = renderNotes(notes, terminal.style);
  // What is printed can be piped into psql: what is said of it goes beside it.
  if (printed && !terminal.json) terminal.note(`${told.trimStart()}\n\n${nextStep(printed, data)}`);
  terminal.result(
    data,
    () =>
      printed
        ? files.map(({ sql }) => sql).join("\n")
        : [
            ...(data.applied ? [`${catalog.objects.length} objects are on ${target?.description}.`] : []),
            ...(folder === undefined ? [] : [summary(files, folder)]),
            ...(drizzle === undefined ? [] : [drizzleSummary(drizzle)]),
            told,
            "",
            nextStep(printed, data),
          ].join("\n"),
    { verbatim: printed },
  );
  return "done";
}

function nextStep(
  printed: boolean,
  { applied, folder, drizzle }: { applied: boolean; folder: string | undefined; drizzle: unknown },
): string {
  if (applied)
    return "Next: offramp copy --follow, which copies every row and keeps what is written meanwhile.";
  if (printed) return "Next: offramp schema --apply makes all of it on the target; --out writes files.";
  return folder === undefined && drizzle !== undefined
    ? "Next: offramp check --schema compares the target with the module."
    : "Next: offramp schema --apply makes all of it on the target.";
}

/** What `--drizzle` wrote. */
interface DrizzleReport {
  readonly file: string;
  readonly tables: number;
  readonly phiCandidates: readonly PhiCandidate[];
  readonly notInDrizzle: readonly string[];
}

async function writeDrizzle(context: CommandContext, catalog: Catalog): Promise<DrizzleReport | undefined> {
  const named = context.options["drizzle"];
  if (typeof named !== "string") return undefined;
  const file = resolve(named);
  const { text, tables, candidates, unsaid } = drizzleModule(catalog);
  await writeDrizzleFile(file, text, context.terminal);
  return { file, tables, phiCandidates: candidates, notInDrizzle: unsaid };
}

function drizzleSummary({ file, tables, phiCandidates, notInDrizzle }: DrizzleReport): string {
  return [
    `${file}: ${tables} tables, ${phiCandidates.length} columns marked as PHI by their names.`,
    "  Look at each mark, and name the column that leads to the patient with dataSubject().",
    ...(notInDrizzle.length === 0
      ? []
      : ["  Drizzle has no word for:", ...notInDrizzle.map((label) => `    ${label}`)]),
  ].join("\n");
}

function summary(files: readonly SchemaFile[], folder: string): string {
  return [
    `${files.length} files in ${folder}. Run them in the order of their names, by hand or with --apply:`,
    ...files.map(({ name, title }) => `  ${name.padEnd(34)} ${title}`),
  ].join("\n");
}
