import type { CatalogObject } from "../catalog/catalog.ts";
import { flag, list, text } from "./facts.ts";
import type { Sides } from "./sides.ts";
import { literal, nameOf, parentOf } from "./sql-names.ts";
import { quoteIdentifier } from "../quote-identifier.ts";

export function createType(type: CatalogObject): string {
  const name = nameOf(type);
  switch (type.kind) {
    case "enum":
      return `create type ${name} as enum (${list(type, "labels").map(literal).join(", ")})`;
    case "composite type":
      return `create type ${name} as (${list(type, "attributes").join(", ")})`;
    case "range type":
      return `create type ${name} as range (subtype = ${text(type, "subtype")})`;
    default: {
      const [collation, byDefault] = [text(type, "collation"), text(type, "default")];
      return [
        `create domain ${name} as ${text(type, "type")}`,
        collation !== null && `collate ${collation}`,
        byDefault !== null && `default ${byDefault}`,
        !flag(type, "nullable") && "not null",
      ]
        .filter((part) => part !== false)
        .join(" ");
    }
  }
}

/** Labels are added in their place. Where some must go or change places, the type is made anew and its columns moved. */
export function alterEnum(expected: CatalogObject, found: CatalogObject, sides: Sides): string[] {
  const [wanted, present] = [list(expected, "labels"), list(found, "labels")];
  const kept = wanted.filter((label) => present.includes(label));
  if (JSON.stringify(kept) !== JSON.stringify(present)) return rebuildEnum(expected, sides);
  const there = [...present];
  return wanted.flatMap((label, index) => {
    if (there.includes(label)) return [];
    const previous = wanted[index - 1];
    const place =
      previous !== undefined
        ? ` after ${literal(previous)}`
        : there[0] === undefined
          ? ""
          : ` before ${literal(there[0])}`;
    there.splice(index, 0, label);
    return [`alter type ${nameOf(expected)} add value ${literal(label)}${place}`];
  });
}

function rebuildEnum(type: CatalogObject, sides: Sides): string[] {
  const name = nameOf(type);
  const old = `${type.name}_before`;
  const columns = sides.found.objects.filter(
    (object) => object.kind === "column" && isOf(text(object, "type") ?? "", type),
  );
  return [
    `alter type ${name} rename to ${quoteIdentifier(old)}`,
    createType(type),
    ...columns.flatMap((column) => {
      const alter = `alter table ${parentOf(column)} alter column ${nameOf(column)}`;
      const list_ = (text(column, "type") ?? "").endsWith("[]") ? "[]" : "";
      const byDefault = text(column, "default");
      return [
        ...(byDefault === null ? [] : [`${alter} drop default`]),
        `${alter} type ${name}${list_} using ${nameOf(column)}::text${list_}::${name}${list_}`,
        ...(byDefault === null ? [] : [`${alter} set default ${byDefault}`]),
      ];
    }),
    `drop type ${nameOf({ ...type, name: old })}`,
  ];
}

function isOf(written: string, type: CatalogObject): boolean {
  return written.replaceAll('"', "").replace(/\[\]$/, "") === `${type.schema}.${type.name}`;
}

export function alterDomain(property: string, expected: CatalogObject): string[] {
  const domain = `alter domain ${nameOf(expected)}`;
  const byDefault = text(expected, "default");
  if (property === "nullable") return [`${domain} ${flag(expected, "nullable") ? "drop" : "set"} not null`];
  if (property === "default")
    return [byDefault === null ? `${domain} drop default` : `${domain} set default ${byDefault}`];
  return [];
}

export function alterComposite(expected: CatalogObject, found: CatalogObject): string[] {
  const alter = `alter type ${nameOf(expected)}`;
  const [wanted, present] = [attributes(expected), attributes(found)];
  return [
    ...[...present.keys()]
      .filter((name) => !wanted.has(name))
      .map((name) => `${alter} drop attribute ${name}`),
    ...[...wanted].flatMap(([name, type]) => {
      const before = present.get(name);
      if (before === undefined) return [`${alter} add attribute ${name} ${type}`];
      return before === type ? [] : [`${alter} alter attribute ${name} type ${type}`];
    }),
  ];
}

/** By name, as PostgreSQL writes it: quoted where it is needed. */
function attributes(type: CatalogObject): ReadonlyMap<string, string> {
  return new Map(
    list(type, "attributes").map((attribute) => {
      const [, name = "", rest = ""] = /^("(?:[^"]|"")+"|\S+) (.*)$/.exec(attribute) ?? [];
      return [name, rest];
    }),
  );
}
