import { commentParts } from "./comment-parts.ts";
import type { ParameterDescription, RoutineDescription } from "./schema-description.ts";
import { arrayItems, elementType, type Json, swaggerFormat, swaggerType } from "./swagger-type.ts";

const PRODUCES = [
  "application/json",
  "application/vnd.pgrst.object+json;nulls=stripped",
  "application/vnd.pgrst.object+json",
];

export function routinePath({ name, comment, readOnly, parameters }: RoutineDescription): Json {
  const common = {
    tags: [`(rpc) ${name}`],
    ...commentParts(comment),
    produces: PRODUCES,
    responses: { 200: { description: "OK" } },
  };
  const post = {
    ...common,
    parameters: [
      { name: "args", required: true, in: "body", schema: argumentsSchema(comment, parameters) },
      { $ref: "#/parameters/preferParams" },
    ],
  };
  if (!readOnly) return { post };
  return { get: { ...common, parameters: orNone(parameters.map(queryParameter)) }, post };
}

function argumentsSchema(comment: string | undefined, parameters: readonly ParameterDescription[]): Json {
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  return {
    description: comment,
    required: orNone(required),
    properties:
      parameters.length === 0
        ? undefined
        : Object.fromEntries(
            parameters.map(({ name, type }) => [
              name,
              { format: swaggerFormat(type), items: arrayItems(type), type: swaggerType(type) },
            ]),
          ),
    type: "object",
  };
}

/** The document shows no empty lists. */
function orNone<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** A variadic parameter is repeated; another array is one text in braces, as anything else that is no plain value. */
function queryParameter({ name, type, required, variadic }: ParameterDescription): Json {
  const common = { name, required, in: "query" };
  if (variadic) {
    const element = elementType(type);
    return {
      ...common,
      type: swaggerType(type) ?? "string",
      collectionFormat: "multi",
      items: { type: swaggerType(element), format: swaggerFormat(element) },
    };
  }
  const shown = swaggerType(type);
  return {
    ...common,
    type: shown === undefined || shown === "array" ? "string" : shown,
    format: swaggerFormat(type),
  };
}
