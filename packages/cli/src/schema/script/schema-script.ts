import { type Catalog, diffCatalogs, type Finding, type ObjectKind } from "@offramp/db/conformance";

import { API_ROLES } from "../../supabase/managed-roles.ts";
import { createRole, repeatable } from "./repeatable.ts";

/** One file of the target's schema. */
export interface SchemaFile {
  /** Sorts in the order in which the files are run. */
  readonly name: string;
  readonly title: string;
  readonly sql: string;
}

interface Section {
  readonly name: string;
  readonly title: string;
  readonly kinds: readonly ObjectKind[];
}

const SECTIONS: readonly Section[] = [
  { name: "20-schemas-and-extensions", title: "Schemas and extensions", kinds: ["schema", "extension"] },
  { name: "30-types", title: "Types", kinds: ["enum", "domain", "composite type", "range type"] },
  { name: "40-sequences", title: "Sequences", kinds: ["sequence"] },
  { name: "50-functions", title: "Functions", kinds: ["function"] },
  { name: "60-tables", title: "Tables, and functions over their rows", kinds: ["table", "column"] },
  { name: "70-constraints", title: "Keys, checks and references", kinds: ["constraint"] },
  { name: "75-indexes", title: "Indexes", kinds: ["index"] },
  { name: "80-views", title: "Views", kinds: ["view", "materialized view"] },
  { name: "85-triggers", title: "Triggers and rules", kinds: ["rule", "trigger", "event trigger"] },
  { name: "90-policies", title: "Row level security's policies", kinds: ["policy"] },
  { name: "95-grants", title: "Rights", kinds: ["grant", "default privileges"] },
];

/** What Supabase's compatibility brings by itself, and every database has. */
const GIVEN: ReadonlySet<string> = new Set(["auth", "public"]);

/**
 * The target's schema as files of SQL, in the order in which they are run. Each can be run again.
 *
 * @param compat the statements of the migration `supabase-compat`.
 */
export function schemaScript(catalog: Catalog, compat: readonly string[]): readonly SchemaFile[] {
  const findings = diffCatalogs(catalog, emptyLike(catalog)).filter(({ problem }) => problem === "missing");
  const bySection = new Map<Section, Finding[]>();
  let section = SECTIONS[0] as Section;
  for (const finding of findings) {
    const own = SECTIONS.find(({ kinds }) => kinds.includes(finding.object.kind));
    // The findings are in an order that works: what stands later than its kind's file stays in the one that is open.
    if (own !== undefined && SECTIONS.indexOf(own) > SECTIONS.indexOf(section)) section = own;
    bySection.set(section, [...(bySection.get(section) ?? []), finding]);
  }
  const roles = rolesOf(catalog);
  return [
    file(
      {
        name: "10-supabase-compat",
        title: "Supabase's roles and the functions auth.uid(), auth.jwt(), auth.role() and auth.email()",
      },
      compat,
    ),
    ...(roles.length === 0
      ? []
      : [
          file(
            { name: "15-roles", title: "Roles that rights and policies name; give them logins yourself" },
            roles.map(createRole),
          ),
        ]),
    ...SECTIONS.flatMap((one) => {
      const own = bySection.get(one) ?? [];
      return own.length === 0 ? [] : [file(one, own.flatMap(statementsOf))];
    }),
  ];
}

function statementsOf({ label, sql }: Finding): readonly string[] {
  if (sql.length === 0) return [];
  return [
    `\n-- ${label.replaceAll(/\s+/g, " ")}\n${repeatable(sql[0] ?? "")}`,
    ...sql.slice(1).map(repeatable),
  ];
}

function file(
  { name, title }: { readonly name: string; readonly title: string },
  statements: readonly string[],
): SchemaFile {
  const body = statements.map((statement) => `${statement.trimEnd().replace(/;$/, "")};`).join("\n");
  return { name: `${name}.sql`, title, sql: `-- ${title}.\n${PREAMBLE}\n${body}\n` };
}

/** Names stand with their schema, and functions are made before some of what their bodies name. */
const PREAMBLE =
  "set check_function_bodies = off;\nset search_path = '';\nset client_min_messages = warning;";

/** The roles that the application made. */
function rolesOf({ objects }: Catalog): readonly string[] {
  const named = objects.flatMap(({ kind, name, properties }) => {
    if (kind === "grant" || kind === "default privileges") return [name];
    const roles = properties["roles"];
    return kind === "policy" && Array.isArray(roles) ? roles.map(String) : [];
  });
  return [...new Set(named)].filter((role) => role !== "public" && !API_ROLES.includes(role)).toSorted();
}

function emptyLike(catalog: Catalog): Catalog {
  const given = catalog.objects.filter(({ kind, name }) => kind === "schema" && GIVEN.has(name));
  return { ...catalog, objects: given, hasMarks: false };
}
