import { readableBytes } from "../terminal/progress.ts";
import { renderTable } from "../terminal/table.ts";
import type { Style } from "../terminal/terminal.ts";
import { renderNotes } from "../schema/render-notes.ts";
import type { Inspection } from "./inspection.ts";

const NUMBER = new Intl.NumberFormat("en-US");

/** The inspection as text: what is there, then the plan, then what has to be dealt with. */
export function renderInspection(found: Inspection, style: Style): string {
  return [
    heading(style, "Source", server(found)),
    heading(style, `Tables (${found.tables.length})`, tables(found)),
    heading(style, `Extensions (${found.extensions.length})`, extensions(found)),
    heading(style, "Where the application leans on Supabase", leaning(found)),
    heading(
      style,
      `PHI candidates (${found.phiCandidates.length}), by name and type alone: a starting point for marks`,
      candidates(found),
    ),
    heading(style, "Plan: moved", found.plan.moved.map((line) => `  ${line}`).join("\n")),
    renderNotes([...found.plan.changed, ...found.plan.left], style).trimStart(),
    obstacles(found, style),
  ].join("\n\n");
}

function heading(style: Style, title: string, body: string): string {
  return `${style.bold(title)}\n${body}`;
}

function server({ server: facts, host }: Inspection): string {
  const reach =
    host.ipv4 && host.ipv6
      ? "IPv4 and IPv6"
      : host.ipv4
        ? "IPv4"
        : host.ipv6
          ? "IPv6 only"
          : "no address found";
  return [
    `  PostgreSQL ${facts.version}, database ${facts.database}, ${readableBytes(facts.bytes)}, ${facts.encoding}, wal_level ${facts.walLevel}`,
    `  ${host.host}: ${reach}${host.pooler === undefined ? "" : `, Supabase's pooler in ${host.pooler} mode`}`,
    `  as ${facts.role}: ${facts.bypassesRowSecurity ? "row level security does not bind it (BYPASSRLS)" : "row level security binds it"}, ${facts.mayReplicate ? "may replicate" : "may not replicate"}`,
  ].join("\n");
}

function tables({ tables: all }: Inspection): string {
  const rows = all.map((table) => [
    `${table.schema}.${table.name}`,
    NUMBER.format(table.rows),
    readableBytes(table.bytes),
    [
      table.rowSecurity === "off" ? "" : `rls ${table.rowSecurity}`,
      table.hasKey ? "" : "no key",
      table.hidesRows ? "HIDES ROWS" : "",
      table.readable ? "" : "NOT READABLE",
    ]
      .filter((part) => part !== "")
      .join(", "),
  ]);
  return indented(
    renderTable(
      [
        { title: "table" },
        { title: "rows (about)", align: "right" },
        { title: "size", align: "right" },
        { title: "" },
      ],
      rows,
    ),
  );
}

function extensions({ extensions: all }: Inspection): string {
  return all
    .map(({ name, version, schema, onTarget, wayOut }) =>
      `  ${name} ${version} in ${schema}: ${onTarget ? "on the target too" : `NOT on the target. ${wayOut ?? ""}`}`.trimEnd(),
    )
    .join("\n");
}

function leaning(found: Inspection): string {
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ["auth.uid() and its like, served by supabase-compat", found.usesOfAuth],
    ["foreign keys into auth", found.referencesIntoAuth],
    ["triggers on Supabase's tables", found.triggersOnManagedTables],
    [
      "publications",
      found.publications.map(({ name, tables: published }) => `${name} (${published.length} tables)`),
    ],
    ["replication slots", found.slots],
  ];
  return lines
    .filter(([, names]) => names.length > 0)
    .flatMap(([title, names]) => [`  ${title} (${names.length})`, ...names.map((name) => `    ${name}`)])
    .join("\n");
}

function candidates({ phiCandidates }: Inspection): string {
  const kinds = [...new Set(phiCandidates.map(({ kind }) => kind))];
  return kinds
    .flatMap((kind) => [
      `  ${kind}`,
      ...phiCandidates
        .filter((candidate) => candidate.kind === kind)
        .map(({ table, column, reason }) => `    ${table}.${column}: ${reason}`),
    ])
    .join("\n");
}

function obstacles({ plan }: Inspection, style: Style): string {
  if (plan.obstacles.length === 0)
    return `${style.green("✓")} Nothing stands in the way. Next: offramp schema`;
  return [
    style.bold(`To be dealt with first (${plan.obstacles.length})`),
    ...plan.obstacles.map((line) => `${style.yellow("!")} ${line}`),
    "",
    "Next: do that, and run offramp inspect again; then offramp schema",
  ].join("\n");
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
