import type { CatalogObject } from "../catalog/catalog.ts";
import { commentSql } from "./comment-sql.ts";
import { flag, list, text } from "./facts.ts";
import type { Sides } from "./sides.ts";
import { nameOf, parentOf } from "./sql-names.ts";

/** A column as `create table` and `add column` have it. */
export function columnDefinition(column: CatalogObject): string {
  const collation = text(column, "collation");
  const generated = text(column, "generated");
  const identity = text(column, "identity");
  const byDefault = text(column, "default");
  return [
    `${nameOf(column)} ${text(column, "type")}`,
    collation !== null && `collate ${collation}`,
    generated !== null && `generated ${generated}`,
    identity !== null && `generated ${identity} as identity (${text(column, "identity sequence") ?? ""})`,
    byDefault !== null && `default ${byDefault}`,
    !flag(column, "nullable") && "not null",
  ]
    .filter((part) => part !== false)
    .join(" ");
}

/** The statements that make a table with its columns; constraints, indexes, policies and triggers are objects of their own. */
export function createTable(table: CatalogObject, sides: Sides): string[] {
  const name = nameOf(table);
  const columns = sides
    .expectedOf(table, "column")
    .toSorted((a, b) => Number(a.properties["position"]) - Number(b.properties["position"]));
  const unlogged = text(table, "persistence") === "unlogged" ? "unlogged " : "";
  const partitionOf = text(table, "partition of");
  const key = text(table, "partition key");
  const inherits = list(table, "inherits");
  const parameters = list(table, "storage parameters");
  const head =
    partitionOf === null
      ? `create ${unlogged}table ${name} (${columns.map(columnDefinition).join(", ")})`
      : `create ${unlogged}table ${name} partition of ${partitionOf} ${text(table, "partition bound")}`;
  const create = [
    head,
    inherits.length > 0 && `inherits (${inherits.join(", ")})`,
    key !== null && `partition by ${key}`,
    parameters.length > 0 && `with (${parameters.join(", ")})`,
  ].filter((part) => part !== false);
  return [
    create.join(" "),
    ...columns.flatMap((column) => [...ownSequence(column, sides), ...commentSql(column)]),
    ...(flag(table, "row level security") ? [`alter table ${name} enable row level security`] : []),
    ...(flag(table, "forced row level security") ? [`alter table ${name} force row level security`] : []),
    ...replicaIdentity(table),
  ];
}

/** The sequence of a serial column goes with the column. */
export function ownSequence(column: CatalogObject, sides: Sides): string[] {
  return sides.expected.objects
    .filter(
      ({ kind, properties }) =>
        kind === "sequence" &&
        typeof properties["owned by"] === "string" &&
        owns(column, properties["owned by"]),
    )
    .map((sequence) => `alter sequence ${nameOf(sequence)} owned by ${parentOf(column)}.${nameOf(column)}`);
}

/** PostgreSQL writes the owner's name with quotes only where they are needed. */
function owns(column: CatalogObject, owner: string): boolean {
  const plain = (quoted: string): string => quoted.replaceAll('"', "");
  return plain(owner) === plain(`${column.schema}.${column.parent}.${column.name}`);
}

function replicaIdentity(table: CatalogObject): string[] {
  const identity = text(table, "replica identity");
  return identity === "full" || identity === "nothing"
    ? [`alter table ${nameOf(table)} replica identity ${identity}`]
    : [];
}

/** The statements that give a table another value of a property; empty where PostgreSQL has none. */
export function alterTable(property: string, expected: CatalogObject, found: CatalogObject): string[] {
  const table = `alter table ${nameOf(expected)}`;
  const wanted = expected.properties[property];
  const word = text(expected, property) ?? "";
  switch (property) {
    case "persistence":
      return [`${table} set ${word}`];
    case "row level security":
      return [`${table} ${wanted === true ? "enable" : "disable"} row level security`];
    case "forced row level security":
      return [`${table} ${wanted === true ? "force" : "no force"} row level security`];
    case "replica identity":
      return word === "index" ? [] : [`${table} replica identity ${word}`];
    case "storage parameters":
      return changeParameters(table, property, { expected, found });
    case "inherits": {
      const [before, after] = [list(found, property), list(expected, property)];
      return [
        ...before
          .filter((parent) => !after.includes(parent))
          .map((parent) => `${table} no inherit ${parent}`),
        ...after.filter((parent) => !before.includes(parent)).map((parent) => `${table} inherit ${parent}`),
      ];
    }
    case "partition of":
    case "partition bound": {
      const [before, after] = [text(found, "partition of"), text(expected, "partition of")];
      return [
        ...(before === null ? [] : [`alter table ${before} detach partition ${nameOf(expected)}`]),
        ...(after === null
          ? []
          : [
              `alter table ${after} attach partition ${nameOf(expected)} ${text(expected, "partition bound")}`,
            ]),
      ];
    }
    default:
      return [];
  }
}

/** `set (…)` and `reset (…)` so that the parameters equal the expected ones. */
export function changeParameters(
  alter: string,
  property: string,
  { expected, found }: { readonly expected: CatalogObject; readonly found: CatalogObject },
): string[] {
  const nameIn = (parameter: string): string => parameter.split("=", 1)[0] ?? "";
  const wanted = list(expected, property);
  const gone = list(found, property)
    .map(nameIn)
    .filter((name) => !wanted.some((parameter) => nameIn(parameter) === name));
  return [
    ...(gone.length > 0 ? [`${alter} reset (${gone.join(", ")})`] : []),
    ...(wanted.length > 0 ? [`${alter} set (${wanted.join(", ")})`] : []),
  ];
}

/** The statements that give a column another value of a property. */
export function alterColumn(property: string, expected: CatalogObject, found: CatalogObject): string[] {
  const table = `alter table ${parentOf(expected)}`;
  const column = `${table} alter column ${nameOf(expected)}`;
  const byDefault = text(expected, "default");
  switch (property) {
    case "type":
    case "collation": {
      if (text(expected, "generated") !== null) return recreateColumn(expected);
      const collation = text(expected, "collation");
      const type = `${text(expected, "type")}${collation === null ? "" : ` collate ${collation}`}`;
      // A default is of the old type and may not be cast by itself.
      return [
        ...(text(found, "default") === null ? [] : [`${column} drop default`]),
        `${column} type ${type} using ${nameOf(expected)}::${text(expected, "type")}`,
        ...(byDefault === null ? [] : [`${column} set default ${byDefault}`]),
      ];
    }
    case "nullable":
      return [`${column} ${flag(expected, "nullable") ? "drop" : "set"} not null`];
    case "default":
      return [byDefault === null ? `${column} drop default` : `${column} set default ${byDefault}`];
    case "generated":
      return recreateColumn(expected);
    case "identity":
    case "identity sequence": {
      const identity = text(expected, "identity");
      if (identity === null) return [`${column} drop identity`];
      const options = text(expected, "identity sequence") ?? "";
      if (text(found, "identity") === null) {
        return [
          ...(text(found, "default") === null ? [] : [`${column} drop default`]),
          `${column} add generated ${identity} as identity (${options})`,
        ];
      }
      const settings = options.match(
        /start with \S+|increment by \S+|minvalue \S+|maxvalue \S+|cache \S+|(no )?cycle/g,
      );
      return [
        `${column} set generated ${identity} ${(settings ?? []).map((setting) => `set ${setting}`).join(" ")}`,
      ];
    }
    default:
      return [];
  }
}

/** Indexes and constraints on it go with it, so a second run finds them missing. */
function recreateColumn(column: CatalogObject): string[] {
  return [
    `alter table ${parentOf(column)} drop column ${nameOf(column)}`,
    `alter table ${parentOf(column)} add column ${columnDefinition(column)}`,
  ];
}
