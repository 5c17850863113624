import { block, type Entry, inline, type Layout, literal, suffixed, union } from "./layout.ts";
import { compareNames, inNameOrder } from "./in-name-order.ts";
import type { ArgumentFacts, RelationFacts, RoutineFacts } from "./type-catalog.ts";
import type { TypeWriter } from "./typescript-type.ts";

/** What functions' types are made of, beside the functions. */
export interface RoutineParts {
  readonly writer: TypeWriter;
  /** The relation whose rows a type is, where the file declares it. */
  readonly relationOf: (type: string) => RelationFacts | undefined;
}

/** One function, or its overloads as a union. */
export function routineType(overloads: readonly RoutineFacts[], parts: RoutineParts): Layout {
  return union(overloads.map((routine) => overloadType(routine, overloads, parts)));
}

/** What a call names: a function with unnamed arguments can only be given one, as its whole body. */
export function canBeCalled(routine: RoutineFacts): boolean {
  const inputs = inputsOf(routine);
  return inputs.length === 1 || inputs.every(({ name }) => name !== "");
}

/** The column that a function of one row, without a name for it, is of that row's relation. */
export function computedColumn(
  routine: RoutineFacts,
  parts: RoutineParts,
): { readonly table: RelationFacts; readonly entry: Entry } | undefined {
  const table = rowArgument(routine, parts);
  if (table === undefined || routine.returnsSet || returnsRow(routine, parts)) return undefined;
  return { table, entry: { name: routine.name, value: parts.writer.nullable(routine.returns) } };
}

function overloadType(
  routine: RoutineFacts,
  overloads: readonly RoutineFacts[],
  parts: RoutineParts,
): Layout {
  const error = unresolvable(routine, overloads, parts);
  const options = error === undefined ? setofOptions(routine, parts) : undefined;
  return inline([
    { name: "Args", value: argumentsType(routine, parts.writer) },
    { name: "Returns", value: error ?? returnType(routine, parts) },
    ...(options === undefined ? [] : [{ name: "SetofOptions", value: options }]),
  ]);
}

function argumentsType(routine: RoutineFacts, writer: TypeWriter): Layout {
  const inputs = inNameOrder(inputsOf(routine));
  if (inputs.length === 0) return "never";
  return inline(
    inputs.map(({ name, type, hasDefault }) => ({ name, optional: hasDefault, value: writer.typeOf(type) })),
  );
}

function returnType(routine: RoutineFacts, { writer, relationOf }: RoutineParts): Layout {
  const columns = outputsOf(routine);
  const relation = relationOf(routine.returns);
  const set = (layout: Layout): Layout => (routine.returnsSet ? suffixed(layout, "[]") : layout);
  if (columns.length > 1 || columns.some(({ mode }) => mode === "t")) {
    return set(block(inNameOrder(columns).map(({ name, type }) => ({ name, value: writer.typeOf(type) }))));
  }
  if (relation !== undefined) {
    const row = inNameOrder(relation.columns).map(({ name, type, nullable }) => ({
      name,
      value: nullable ? writer.nullable(type) : writer.typeOf(type),
    }));
    return set(block(row));
  }
  return set(writer.typeOf(routine.returns));
}

/** How the rows of a function stand to the row it is given, where it returns rows of a relation or of a composite type. */
function setofOptions(routine: RoutineFacts, parts: RoutineParts): Layout | undefined {
  const type = parts.writer.facts(routine.returns);
  if (!returnsRow(routine, parts) || type === undefined) return undefined;
  const [input, second] = inputsOf(routine);
  const given = input === undefined || second !== undefined ? undefined : parts.writer.facts(input.type);
  const from =
    given !== undefined && (given.relation !== null || given.attributes !== null) ? given.name : "*";
  return block([
    { name: "from", value: literal(from) },
    { name: "to", value: literal(type.name) },
    { name: "isOneToOne", value: String(!routine.returnsSet || routine.returnsOne) },
    { name: "isSetofReturn", value: String(routine.returnsSet) },
  ]);
}

function returnsRow(routine: RoutineFacts, { writer, relationOf }: RoutineParts): boolean {
  if (outputsOf(routine).some(({ mode }) => mode === "t")) return false;
  return (
    relationOf(routine.returns) !== undefined || (writer.facts(routine.returns)?.attributes ?? null) !== null
  );
}

/** Why a call of this function finds none, as PostgREST would say it. */
function unresolvable(
  routine: RoutineFacts,
  overloads: readonly RoutineFacts[],
  parts: RoutineParts,
): Layout | undefined {
  const name = `${routine.schema}.${routine.name}`;
  const twins = overloads.filter((other) => argumentNames(other) === argumentNames(routine));
  if (twins.length > 1 && rowArgument(routine, parts) === undefined) {
    const candidates = twins.map((twin) => {
      const listed = inputsOf(twin).map(
        (input) => `${input.name} => ${parts.writer.facts(input.type)?.name}`,
      );
      return `${name}(${listed.join(", ")})`;
    });
    return failure(
      `Could not choose the best candidate function between: ${candidates.join(", ")}. Try renaming the parameters or the function itself in the database so function overloading can be resolved`,
    );
  }
  if (computedColumn(routine, parts) === undefined) return undefined;
  return failure(
    `the function ${name} with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache`,
  );
}

function failure(message: string): Layout {
  return suffixed(block([{ name: "error", value: "true" }]), ` & ${literal(message)}`);
}

/** The relation of the one unnamed row that a function takes. */
function rowArgument(routine: RoutineFacts, { relationOf }: RoutineParts): RelationFacts | undefined {
  const [input, second] = inputsOf(routine);
  return input === undefined || second !== undefined || input.name !== ""
    ? undefined
    : relationOf(input.type);
}

function inputsOf({ arguments: all }: RoutineFacts): ArgumentFacts[] {
  return all.filter(({ mode }) => mode === "i" || mode === "b" || mode === "v");
}

/** Columns of `RETURNS TABLE`, or OUT and INOUT arguments. */
function outputsOf({ arguments: all }: RoutineFacts): ArgumentFacts[] {
  return all.filter(({ mode }) => mode === "t" || mode === "o" || mode === "b");
}

function argumentNames(routine: RoutineFacts): string {
  return JSON.stringify(
    inputsOf(routine)
      .map(({ name }) => name)
      .toSorted(compareNames),
  );
}
