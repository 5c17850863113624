import { BindingNames, camelCase } from "./binding-names.ts";
import { foreignKeyParts, keyColumns } from "./keys.ts";
import type { ModuleParts } from "./module-parts.ts";
import type { TableParts } from "./table-parts.ts";
import { stringText } from "./type-script-text.ts";

/** A foreign key between two tables of the module. */
interface Link {
  readonly name: string;
  readonly from: TableParts;
  readonly to: TableParts;
  readonly columns: readonly string[];
  readonly referredColumns: readonly string[];
  /** At most one row refers to each. */
  readonly single: boolean;
  /** Not the only one between the two. */
  readonly ambiguous: boolean;
}

/** Drizzle's relations, one of each foreign key in both directions: what `db.query` embeds. */
export function relationsText(
  tables: ReadonlyMap<string, TableParts>,
  parts: ModuleParts,
): readonly string[] {
  const links = linksOf(tables);
  return [...tables.values()].flatMap((table) => {
    const names = new BindingNames(table.keys());
    const entries = [
      ...links.filter(({ from }) => from === table).map((link) => forwards(link, names)),
      ...links.filter(({ to }) => to === table).map((link) => backwards(link, names)),
    ];
    if (entries.length === 0) return [];
    const used = ["one", "many"].filter((word) => entries.some((entry) => entry.includes(`: ${word}(`)));
    const constant = parts.names.claim(`${table.binding}Relations`);
    return [
      `export const ${constant} = ${parts.use("relations", "drizzle-orm")}(${table.binding}, ({ ${used.join(", ")} }) => ({\n` +
        `${entries.map((entry) => `  ${entry},`).join("\n")}\n}));`,
    ];
  });
}

function linksOf(tables: ReadonlyMap<string, TableParts>): readonly Link[] {
  const links = [...tables.values()].flatMap((from) =>
    from.constraints.flatMap((constraint) => {
      const key = constraint.properties["type"] === "foreign key" ? foreignKeyParts(constraint) : undefined;
      const to = key === undefined ? undefined : tables.get(JSON.stringify(key.referred));
      if (key === undefined || to === undefined) return [];
      return [{ name: constraint.name, from, to, ...key, single: isUnique(key.columns, from) }];
    }),
  );
  return links.map((link) => {
    const ends = new Set([link.from, link.to]);
    const between = links.filter(
      ({ from, to }) => ends.has(from) && ends.has(to) && new Set([from, to]).size === ends.size,
    );
    return { ...link, ambiguous: between.length > 1 || link.from === link.to };
  });
}

function isUnique(columns: readonly string[], { constraints }: TableParts): boolean {
  return constraints.some((constraint) => {
    const { type } = constraint.properties;
    if (type !== "primary key" && type !== "unique") return false;
    const key = keyColumns(constraint);
    return key !== undefined && key.every((name) => columns.includes(name));
  });
}

function forwards(link: Link, names: BindingNames): string {
  const { from, to, columns, referredColumns } = link;
  const [column = ""] = columns;
  const stem = camelCase(column.replace(/[_ ]?id$/i, "") || to.table.name);
  const name = names.claim(stem, to.binding, `${stem}Of${capital(to.binding)}`);
  const own = columns.map((one) => `${from.binding}.${from.key(one)}`).join(", ");
  const others = referredColumns.map((one) => `${to.binding}.${to.key(one)}`).join(", ");
  const label = link.ambiguous ? `, relationName: ${stringText(link.name)}` : "";
  return `${name}: one(${to.binding}, { fields: [${own}], references: [${others}]${label} })`;
}

function backwards(link: Link, names: BindingNames): string {
  const { from, columns } = link;
  const by = camelCase((columns[0] ?? "").replace(/[_ ]?id$/i, ""));
  const name = names.claim(from.binding, `${from.binding}By${capital(by)}`);
  const label = link.ambiguous ? `, { relationName: ${stringText(link.name)} }` : "";
  return `${name}: ${link.single ? "one" : "many"}(${from.binding}${label})`;
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
