import { type Catalog, keyRelationships, type KeyRelationship, nameKey } from "../schema-cache/index.ts";
import { compareNames, inNameOrder } from "./in-name-order.ts";
import { block, type Entry, type Layout, literal, print } from "./layout.ts";
import { neverNullColumns } from "./never-null.ts";
import { relationType } from "./relation-type.ts";
import { canBeCalled, computedColumn, type RoutineParts, routineType } from "./routine-type.ts";
import type { RelationFacts, RoutineFacts, TypeCatalog, TypeFacts } from "./type-catalog.ts";
import { type BigintType, enumeration, TypeWriter } from "./typescript-type.ts";

/** The PostgREST whose answers the types describe; supabase-js chooses among its own types by it. */
const POSTGREST_VERSION = "14.17";

const INTERNALS: Entry = {
  name: "__InternalSupabase",
  comment: [
    "Lets createClient know which PostgREST the types are of,",
    'as createClient<Database, { PostgrestVersion: "XX" }>(URL, KEY) would',
  ],
  value: block([{ name: "PostgrestVersion", value: literal(POSTGREST_VERSION) }]),
};

/** What the file is written from. */
export interface FileParts {
  /** In the order in which they are written. */
  readonly schemas: readonly string[];
  readonly catalog: Catalog;
  readonly types: TypeCatalog;
  /** Leave null out of view columns that are shown to hold none. */
  readonly proven: boolean;
  readonly bigint: BigintType;
}

export function databaseType(parts: FileParts): string {
  const writer = new SchemaWriter(parts);
  const schemas = parts.schemas.map((name) => ({ name, value: writer.schema(name) }));
  return `export type Database = ${print(block([INTERNALS, ...schemas]))}\n`;
}

/** The enums of a schema, in the order of their names. */
export function enumsOf(
  { types }: Pick<FileParts, "types">,
  schema: string,
): { readonly name: string; readonly labels: readonly string[] }[] {
  return inNameOrder(
    [...types.types.values()].flatMap(({ schema: of, name, labels }) =>
      of === schema && labels !== null ? [{ name, labels }] : [],
    ),
  );
}

class SchemaWriter {
  readonly #parts: FileParts;
  readonly #routineParts: RoutineParts;
  readonly #relationships: readonly KeyRelationship[];
  readonly #neverNull: (view: RelationFacts) => ReadonlySet<string>;

  constructor(parts: FileParts) {
    const { catalog, types, schemas, proven, bigint } = parts;
    const relations = new Map(types.relations.map((relation) => [nameKey(relation), relation]));
    const ofType = (type: TypeFacts | undefined): RelationFacts | undefined =>
      type === undefined || type.relation === null ? undefined : relations.get(nameKey(type));
    this.#parts = parts;
    this.#routineParts = {
      writer: new TypeWriter(types, schemas, bigint),
      relationOf: (type) => ofType(types.types.get(type)),
    };
    this.#relationships = keyRelationships(catalog);
    this.#neverNull = proven ? neverNullColumns(types, catalog) : () => new Set();
  }

  schema(schema: string): Layout {
    const { types } = this.#parts;
    const relations = inNameOrder(types.relations.filter((relation) => relation.schema === schema));
    const routines = types.routines.filter((routine) => routine.schema === schema && canBeCalled(routine));
    const relationTypes = (isView: boolean): Layout =>
      block(
        relations
          .filter((relation) => relation.isView === isView)
          .map((relation) => ({ name: relation.name, value: this.#relation(relation, routines) })),
      );
    const enums = enumsOf(this.#parts, schema);
    return block([
      { name: "Tables", value: relationTypes(false) },
      { name: "Views", value: relationTypes(true) },
      { name: "Functions", value: this.#routines(routines) },
      {
        name: "Enums",
        value: block(enums.map(({ name, labels }) => ({ name, value: enumeration(labels) }))),
      },
      { name: "CompositeTypes", value: this.#composites(schema) },
    ]);
  }

  #relation(relation: RelationFacts, routines: readonly RoutineFacts[]): Layout {
    const computed = routines.flatMap((routine) => {
      const column = computedColumn(routine, this.#routineParts);
      return column?.table === relation ? [column.entry] : [];
    });
    return relationType(relation, {
      writer: this.#routineParts.writer,
      computed: inNameOrder(computed),
      relationships: this.#relationships.filter(
        ({ table, foreignTable }) =>
          nameKey(table) === nameKey(relation) && foreignTable.schema === relation.schema,
      ),
      neverNull: this.#neverNull(relation),
    });
  }

  #routines(routines: readonly RoutineFacts[]): Layout {
    const names = [...new Set(routines.map(({ name }) => name))].toSorted(compareNames);
    return block(
      names.map((name) => {
        const overloads = routines.filter((routine) => routine.name === name);
        return { name, value: routineType(overloads, this.#routineParts) };
      }),
    );
  }

  #composites(schema: string): Layout {
    const { writer } = this.#routineParts;
    const composites = [...this.#parts.types.types.values()].flatMap(({ schema: of, name, attributes }) =>
      of === schema && attributes !== null ? [{ name, attributes }] : [],
    );
    return block(
      inNameOrder(composites).map(({ name, attributes }) => ({
        name,
        value: block(
          inNameOrder(attributes).map((attribute) => ({
            name: attribute.name,
            value: writer.inside.nullable(attribute.type),
          })),
        ),
      })),
    );
  }
}
