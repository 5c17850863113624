import type { Catalog, CatalogObject } from "@offramp/db/conformance";

import { BindingNames, camelCase } from "./binding-names.ts";
import { stringText } from "./type-script-text.ts";

/** What Drizzle exports that a module may need: no constant takes one of these names. */
const DRIZZLE_NAMES =
  "sql relations pgTable pgSchema pgEnum pgView pgMaterializedView pgSequence pgPolicy customType primaryKey foreignKey unique check " +
  "index uniqueIndex phi dataSubject table one many notInDrizzle bigint bigserial bit boolean char cidr date doublePrecision halfvec " +
  "inet integer interval json jsonb line macaddr macaddr8 numeric point real serial smallint smallserial sparsevec text time " +
  "timestamp uuid varchar vector";

/** A module in the making: the names in it, and what it imports and declares because something used it. */
export class ModuleParts {
  readonly catalog: Catalog;
  readonly names: BindingNames = new BindingNames(DRIZZLE_NAMES.split(" "));
  readonly declarations: string[] = [];
  /** Labels of what the database has and Drizzle has no word for. */
  readonly unsaid: string[] = [];
  readonly #imports = new Map<string, Set<string>>();
  readonly #schemas = new Map<string, string>();
  readonly #bound = new Map<string, string>();
  readonly #custom = new Map<string, string>();

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** Imports what is used, and gives its name. */
  use(name: string, from = "drizzle-orm/pg-core"): string {
    this.#imports.set(from, (this.#imports.get(from) ?? new Set()).add(name));
    return name;
  }

  /** As {@link use}, for what is a type alone. */
  useType(name: string): string {
    this.use(`type ${name}`);
    return name;
  }

  /** Text that `sqlText` made, with the import it needs. */
  sql(text: string): string {
    this.use("sql", "drizzle-orm");
    return text;
  }

  /** Gives an object of the database its constant. */
  bind({ schema = "public", name, kind }: CatalogObject): string {
    const plain = camelCase(name);
    const qualified = camelCase(`${schema} ${name}`);
    const last = `${qualified}${camelCase(` ${kind}`).replace(/^./, (first) => first.toUpperCase())}`;
    const bound =
      schema === "public" ? this.names.claim(plain, qualified, last) : this.names.claim(qualified, last);
    this.#bound.set(keyOf(kind, schema, name), bound);
    return bound;
  }

  /** The constant of an object that was bound. */
  bound(kind: string, [schema, name]: readonly [string, string]): string | undefined {
    return this.#bound.get(keyOf(kind, schema, name));
  }

  /** `pgTable` for the schema public, `film.table` for others, whose schema is then declared. */
  maker(schema: string, maker: { readonly inPublic: string; readonly inSchema: string }): string {
    if (schema === "public") return this.use(maker.inPublic);
    let known = this.#schemas.get(schema);
    if (known === undefined) {
      known = this.names.claim(`${camelCase(schema)}Schema`);
      this.#schemas.set(schema, known);
      this.declarations.push(`export const ${known} = ${this.use("pgSchema")}(${stringText(schema)});`);
    }
    return `${known}.${maker.inSchema}`;
  }

  /** The constant of a type that Drizzle does not have. */
  customType(type: string, data: string): string {
    let known = this.#custom.get(type);
    if (known === undefined) {
      known = this.names.claim(camelCase(type.replace(/^[^(]*\./, "")), `${camelCase(type)}Type`);
      this.#custom.set(type, known);
      this.declarations.push(
        `const ${known} = ${this.use("customType")}<{ data: ${data} }>({ dataType: () => ${stringText(type)} });`,
      );
    }
    return known;
  }

  importText(): string {
    return [...this.#imports]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(
        ([from, names]) =>
          `import { ${[...names].toSorted(byNameAlone).join(", ")} } from ${stringText(from)};`,
      )
      .join("\n");
  }
}

/** `type X` among the others by X. */
function byNameAlone(left: string, right: string): number {
  return left.replace(/^type /, "") < right.replace(/^type /, "") ? -1 : 1;
}

function keyOf(kind: string, schema: string, name: string): string {
  return JSON.stringify([kind, schema, name]);
}
