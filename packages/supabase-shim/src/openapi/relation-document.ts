import { commentParts } from "./comment-parts.ts";
import type { ColumnDescription, RelationDescription } from "./schema-description.ts";
import { arrayItems, type Json, swaggerDefault, swaggerFormat, swaggerType } from "./swagger-type.ts";

/** A relation's rows. */
export function relationDefinition(relation: RelationDescription): Json {
  const required = relation.columns.filter(({ nullable }) => !nullable).map(({ name }) => name);
  return {
    description: relation.comment,
    required: required.length === 0 ? undefined : required,
    properties: Object.fromEntries(
      relation.columns.map((column) => [column.name, property(column, relation.primaryKey)]),
    ),
    type: "object",
  };
}

function property(column: ColumnDescription, primaryKey: readonly string[]): Json {
  const { type, defaultExpression, maxLength, values } = column;
  return {
    default: defaultExpression === undefined ? undefined : swaggerDefault(type, defaultExpression),
    description: columnComment(column, primaryKey),
    enum: values,
    format: swaggerFormat(type),
    items: arrayItems(type),
    maxLength,
    type: swaggerType(type),
  };
}

/** The column's own comment, notes on its keys that generators look for, and what an encrypted one can be asked. */
function columnComment(
  { name, comment, references, encrypted }: ColumnDescription,
  primaryKey: readonly string[],
): string | undefined {
  const notes = [
    ...(primaryKey.includes(name) ? ["This is a Primary Key.<pk/>"] : []),
    ...(references === undefined
      ? []
      : [
          `This is a Foreign Key to \`${references.relation}.${references.column}\`.<fk table='${references.relation}' column='${references.column}'/>`,
        ]),
    ...(encrypted === undefined
      ? []
      : [`This column is encrypted. Filter it with ${encrypted.searchable ? "eq, in and is" : "is"} alone.`]),
  ];
  if (notes.length === 0) return comment;
  const before = comment === undefined ? "" : `${comment}\n\n`;
  return `${before}${["Note:", ...notes].join("\n")}`;
}

/** The parameters that a relation's operations share: its body, and a filter for each column. */
export function relationParameters({
  name,
  columns,
}: RelationDescription): readonly (readonly [string, Json])[] {
  return [
    [
      `body.${name}`,
      { name, description: name, required: false, in: "body", schema: { $ref: `#/definitions/${name}` } },
    ],
    ...columns.map(
      (column) =>
        [
          `rowFilter.${name}.${column.name}`,
          { name: column.name, description: column.comment, required: false, in: "query", type: "string" },
        ] as const,
    ),
  ];
}

export function relationPath(relation: RelationDescription): Json {
  const { name, comment, columns, writable } = relation;
  const common = { tags: [name], ...commentParts(comment) };
  const filters = columns.map((column) => `rowFilter.${name}.${column.name}`);
  const get = {
    ...common,
    parameters: refs([...filters, "select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"]),
    responses: {
      200: { description: "OK", schema: { items: { $ref: `#/definitions/${name}` }, type: "array" } },
      206: { description: "Partial Content" },
    },
  };
  if (!writable) return { get };
  return {
    get,
    post: {
      ...common,
      parameters: refs([`body.${name}`, "select", "preferPost"]),
      responses: { 201: { description: "Created" } },
    },
    delete: {
      ...common,
      parameters: refs([...filters, "preferReturn"]),
      responses: { 204: { description: "No Content" } },
    },
    patch: {
      ...common,
      parameters: refs([...filters, `body.${name}`, "preferReturn"]),
      responses: { 204: { description: "No Content" } },
    },
  };
}

function refs(names: readonly string[]): readonly Json[] {
  return names.map((name) => ({ $ref: `#/parameters/${name}` }));
}
