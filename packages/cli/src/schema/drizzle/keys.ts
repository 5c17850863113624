import { type CatalogObject, objectLabel } from "@offramp/db/conformance";

import type { TableParts } from "./table-parts.ts";
import { nameList, qualifiedName } from "./quoted-names.ts";
import { optionsText, sqlText, stringText } from "./type-script-text.ts";

/** A foreign key, taken apart. */
export interface ForeignKeyParts {
  readonly columns: readonly string[];
  readonly referred: readonly [schema: string, table: string];
  readonly referredColumns: readonly string[];
}

/** The columns of a primary key or a unique constraint that says nothing else. */
export function keyColumns({ properties }: CatalogObject): readonly string[] | undefined {
  const list = /^(?:PRIMARY KEY|UNIQUE)(?: NULLS NOT DISTINCT)? \((.*)\)$/.exec(
    String(properties["definition"]),
  );
  return list === null ? undefined : nameList(list[1] ?? "");
}

/** The parts of a foreign key; undefined where it says more than columns. */
export function foreignKeyParts({ properties }: CatalogObject): ForeignKeyParts | undefined {
  const match = /^FOREIGN KEY \((.*)\) REFERENCES (.*)\(([^()]*)\)$/.exec(String(properties["definition"]));
  if (match === null) return undefined;
  const columns = nameList(match[1] ?? "");
  const [schema, table, ...more] = qualifiedName(match[2] ?? "") ?? [];
  const referredColumns = nameList(match[3] ?? "");
  if (columns === undefined || referredColumns === undefined) return undefined;
  if (schema === undefined || table === undefined || more.length > 0) return undefined;
  return { columns, referred: [schema, table], referredColumns };
}

/** The column that alone is the primary key, where PostgreSQL's own name for the key is kept: `.primaryKey()` says it. */
export function ownPrimaryKey(
  table: CatalogObject,
  constraints: readonly CatalogObject[],
): string | undefined {
  const key = constraints.find(({ properties }) => properties["type"] === "primary key");
  const columns = key === undefined ? undefined : keyColumns(key);
  return key?.name === `${table.name}_pkey` && columns?.length === 1 ? columns[0] : undefined;
}

/** A constraint as an entry of the table's third argument; undefined where Drizzle has no word for it, or a column says it. */
export function constraintText(constraint: CatalogObject, table: TableParts): string | undefined {
  const { properties } = constraint;
  const isPlain = properties["valid"] !== false && properties["enforced"] !== false;
  const text = isPlain ? plainText(constraint, table) : undefined;
  if (text === undefined) table.parts.unsaid.push(objectLabel(constraint));
  return text === "" ? undefined : text;
}

/** Empty where a column says it already. */
function plainText(constraint: CatalogObject, table: TableParts): string | undefined {
  const { name, properties } = constraint;
  switch (properties["type"]) {
    case "primary key": {
      const columns = keyColumns(constraint);
      if (columns === undefined || table.ownKey !== undefined) return columns === undefined ? undefined : "";
      return `${table.parts.use("primaryKey")}({ name: ${stringText(name)}, columns: [${table.columns(columns)}] })`;
    }
    case "unique": {
      const columns = keyColumns(constraint);
      if (columns === undefined) return undefined;
      const distinct = String(properties["definition"]).startsWith("UNIQUE NULLS NOT DISTINCT");
      return `${table.parts.use("unique")}(${stringText(name)}).on(${table.columns(columns)})${distinct ? ".nullsNotDistinct()" : ""}`;
    }
    case "check": {
      const expression = /^CHECK \((.*)\)$/s.exec(String(properties["definition"]))?.[1];
      if (expression === undefined || properties["inherited"] === false) return undefined;
      return `${table.parts.use("check")}(${stringText(name)}, ${table.parts.sql(sqlText(expression))})`;
    }
    case "foreign key":
      return foreignKeyText(constraint, table);
    default:
      return undefined;
  }
}

function foreignKeyText(constraint: CatalogObject, table: TableParts): string | undefined {
  const key = foreignKeyParts(constraint);
  if (key === undefined) return undefined;
  const referred = table.parts.bound("table", key.referred);
  const [onDelete, onUpdate] = [actionOf(constraint, "on delete"), actionOf(constraint, "on update")];
  if (referred === undefined || onDelete === undefined || onUpdate === undefined) return undefined;
  const columns = key.referredColumns.map((name) => `${referred}${table.property(key.referred, name)}`);
  const config = optionsText({
    name: stringText(constraint.name),
    columns: `[${table.columns(key.columns)}]`,
    foreignColumns: `[${columns.join(", ")}]`,
  });
  const action = (method: string, what: string): string =>
    what === "no action" ? "" : `.${method}(${stringText(what)})`;
  return `${table.parts.use("foreignKey")}(${config})${action("onDelete", onDelete)}${action("onUpdate", onUpdate)}`;
}

/** In lower case, as Drizzle has it; undefined where only some of the columns are set. */
function actionOf({ properties }: CatalogObject, property: string): string | undefined {
  const action = String(properties[property] ?? "NO ACTION").toLowerCase();
  return action.includes("(") ? undefined : action;
}
