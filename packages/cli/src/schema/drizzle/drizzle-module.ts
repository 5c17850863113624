import { type Catalog, type CatalogObject, objectLabel } from "@offramp/db/conformance";

import { type PhiCandidate, phiCandidates } from "../../phi/phi-candidates.ts";
import { ModuleParts } from "./module-parts.ts";
import { relationsText } from "./relations-text.ts";
import { sequenceFacts, sequenceOptions, serialOf } from "./sequences.ts";
import { TableParts } from "./table-parts.ts";
import { tableText } from "./table-text.ts";
import { commentText, stringText } from "./type-script-text.ts";
import { viewText } from "./view-text.ts";

/** A Drizzle schema module, and what it could not say. */
export interface DrizzleModule {
  /** TypeScript. */
  readonly text: string;
  /** Labels of objects that the database has and Drizzle has no word for; the module exports them as `notInDrizzle`. */
  readonly unsaid: readonly string[];
  readonly tables: number;
  /** Columns that were marked. */
  readonly candidates: readonly PhiCandidate[];
}

/**
 * Writes the tables, enums, sequences, views, relations and policies of a catalog as a Drizzle schema module, so that
 * `checkConformance` finds no difference between the two. Pure.
 */
export function drizzleModule(catalog: Catalog): DrizzleModule {
  const parts = new ModuleParts(catalog);
  const { objects } = catalog;
  const of = (kind: string): readonly CatalogObject[] => objects.filter((object) => object.kind === kind);
  const enums = of("enum").map((type) => enumText(type, parts));
  const tables = new Map<string, TableParts>();
  for (const table of of("table")) {
    const { properties, schema, name } = table;
    if (typeof properties["partition of"] === "string") continue;
    if (Array.isArray(properties["inherits"])) parts.unsaid.push(objectLabel(table));
    else tables.set(JSON.stringify([schema, name]), new TableParts(table, parts, tables));
  }
  const serials = new Set(of("column").flatMap((column) => serialOf(column, objects)?.sequence ?? []));
  const sequences = of("sequence")
    .filter((sequence) => !serials.has(sequence))
    .map((sequence) => sequenceText(sequence, parts));
  const candidates = phiCandidates(
    of("column").map(({ schema, parent, name, properties }) => ({
      table: `${schema}.${parent}`,
      column: name,
      type: String(properties["type"]),
    })),
  );
  const candidateOf = ({ table }: TableParts, column: string): PhiCandidate | undefined =>
    candidates.find((one) => one.table === `${table.schema}.${table.name}` && one.column === column);
  const tableTexts = [...tables.values()].map((table) =>
    tableText(table, (column) => candidateOf(table, column)),
  );
  const views = [...of("view"), ...of("materialized view")].map((view) => viewText(view, parts));
  const relations = relationsText(tables, parts);
  const unsaid = [...new Set(parts.unsaid)].toSorted();
  const text = [
    HEADER,
    parts.importText(),
    ...parts.declarations,
    ...enums,
    ...sequences,
    ...tableTexts,
    ...views,
    ...relations,
    unsaidText(unsaid),
  ].join("\n\n");
  return { text: `${text}\n`, unsaid, tables: tables.size, candidates };
}

const HEADER = [
  "Written by offramp schema --drizzle from the source's catalog. It is yours now: edit it.",
  "Columns whose name and type look like PHI are marked with phi(); take away or add marks, and mark the column that leads to the",
  "patient with dataSubject().",
]
  .map(commentText)
  .join("\n");

function enumText(type: CatalogObject, parts: ModuleParts): string {
  const { schema = "public", name, properties } = type;
  const maker = parts.maker(schema, { inPublic: "pgEnum", inSchema: "enum" });
  const labels = Array.isArray(properties["labels"]) ? properties["labels"].map(String) : [];
  return `export const ${parts.bind(type)} = ${maker}(${stringText(name)}, [${labels.map(stringText).join(", ")}]);`;
}

function sequenceText(sequence: CatalogObject, parts: ModuleParts): string {
  const { schema = "public", name } = sequence;
  const maker = parts.maker(schema, { inPublic: "pgSequence", inSchema: "sequence" });
  const options = sequenceOptions(sequenceFacts(sequence));
  return `export const ${parts.bind(sequence)} = ${maker}(${stringText(name)}${options === undefined ? "" : `, ${options}`});`;
}

/** As the patterns of `ignore` are written: a check of conformance against this module alone passes with them. */
function unsaidText(unsaid: readonly string[]): string {
  return [
    commentText(
      "What the database has and Drizzle has no word for: the option ignore of checkConformance takes it.",
    ),
    `export const notInDrizzle: readonly string[] = [${unsaid.map((label) => `\n  ${stringText(label)},`).join("")}${unsaid.length > 0 ? "\n" : ""}];`,
  ].join("\n");
}
