import { err, ok, type PlanError, type Result } from "../errors/index.ts";
import type { CallPayload } from "../request/index.ts";
import { closestName, fuzzyMatches, nameKey, type Routine, type SchemaCache } from "../schema-cache/index.ts";

/** A call's target as the request gives it: overloads are told apart by the arguments' names. */
export interface CallTarget {
  readonly schema: string;
  readonly name: string;
  readonly argumentNames: readonly string[];
  readonly payload: CallPayload;
  readonly method: "get" | "head" | "post";
}

/** The types a single unnamed parameter may have, by what the body is. PostgREST, "Functions with a single unnamed parameter". */
const UNNAMED_TYPES = {
  json: ["json", "jsonb"],
  text: ["text"],
  xml: ["xml"],
  "octet-stream": ["bytea"],
} as const;

type BodyKind = keyof typeof UNNAMED_TYPES;

/** Finds the one routine that the arguments fit. Fails with PGRST202 or PGRST203. */
export function findRoutine(cache: SchemaCache, target: CallTarget): Result<Routine, PlanError> {
  const named = cache.routines.get(nameKey(target)) ?? [];
  const body = bodyKind(target);
  const fitting = named.filter((routine) => fits(routine, target));
  const [only] = fitting;
  if (only !== undefined) return fitting.length === 1 ? ok(only) : ambiguous(fitting);
  const unnamed = named.filter((routine) => takesBody(routine, body));
  const [fallback] = unnamed;
  if (fallback !== undefined) return unnamed.length === 1 ? ok(fallback) : ambiguous(unnamed);
  return err(notFound(cache, target, named));
}

function bodyKind({ method, payload }: CallTarget): BodyKind | undefined {
  if (method !== "post" || payload.kind === "named") return undefined;
  if (payload.kind === "raw") return payload.contentType;
  return payload.tabular === true ? undefined : "json";
}

function takesBody({ parameters }: Routine, body: BodyKind | undefined): boolean {
  const [only] = parameters;
  if (body === undefined || only === undefined || parameters.length !== 1) return false;
  return (UNNAMED_TYPES[body] as readonly string[]).includes(only.type) && only.name === "";
}

/** The names must cover every required parameter and name nothing else. */
function fits({ parameters }: Routine, { argumentNames, payload }: CallTarget): boolean {
  if (parameters.length === 0) return argumentNames.length === 0 && payload.kind !== "raw";
  const given = new Set(argumentNames);
  const known = new Set(parameters.map(({ name }) => name));
  return (
    parameters.every(({ name, required }) => !required || given.has(name)) &&
    [...given].every((name) => known.has(name))
  );
}

function ambiguous(routines: readonly Routine[]): Result<Routine, PlanError> {
  const signatures = routines.map(
    ({ schema, name, parameters }) =>
      `${schema}.${name}(${parameters.map((parameter) => `${parameter.name} => ${parameter.type}`).join(", ")})`,
  );
  return err({ kind: "ambiguousRoutine", signatures });
}

function notFound(cache: SchemaCache, target: CallTarget, named: readonly Routine[]): PlanError {
  const { schema, name, argumentNames } = target;
  const body = bodyKind(target);
  const suggestion = suggest(cache, target, named);
  return {
    kind: "unknownRoutine",
    schema,
    name,
    argumentNames: argumentNames.toSorted(),
    payloadOnly: body !== undefined && body !== "json",
    ...(body === undefined ? {} : { unnamedAlternative: UNNAMED_TYPES[body].join("/") }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Another function of similar name; where the name is right, an overload of similar arguments. */
function suggest(cache: SchemaCache, target: CallTarget, named: readonly Routine[]): string | undefined {
  if (named.length > 0) {
    const signatures = named.map(({ parameters }) => signature(parameters.map(({ name }) => name)));
    const close = fuzzyMatches(signatures, signature(target.argumentNames))[0];
    return close === undefined ? undefined : hint(`${target.schema}.${target.name}${close.text}`);
  }
  const names = [...cache.routines.values()].flatMap(([first]) =>
    first?.schema === target.schema ? [first.name] : [],
  );
  const close = closestName(names, target.name);
  return close === undefined ? undefined : hint(`${target.schema}.${close}`);
}

/** Sorted, because the order in which arguments were given says nothing. */
function signature(names: readonly string[]): string {
  return `(${names.toSorted().join(", ")})`;
}

function hint(function_: string): string {
  return `Perhaps you meant to call the function ${function_}`;
}
