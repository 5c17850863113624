import { ok, type RequestError, type Result } from "../errors/index.ts";
import type { Located, LogicTree, NamedArguments, OrderTerm, SelectItem } from "../request/index.ts";
import {
  parseColumns,
  parseFilter,
  parseLogicPath,
  parseLogicTree,
  parseOrder,
  parseSelect,
  parseTreePath,
} from "../syntax/index.ts";
import type { QueryPair } from "./query-string.ts";
import type { RangeTexts } from "./ranges.ts";

/** What the query string says. */
export interface Parameters {
  readonly select?: readonly SelectItem[];
  readonly filters: readonly Located<LogicTree>[];
  readonly order: readonly Located<readonly OrderTerm[]>[];
  /** `limit` and `offset` by the parameter's name without its last word: the empty text is the root. */
  readonly ranges: ReadonlyMap<string, RangeTexts>;
  readonly columns?: readonly string[];
  readonly onConflict?: readonly string[];
  /** Of a call by GET: what does not read as a filter. */
  readonly arguments: NamedArguments["pairs"];
}

/** What a parameter is, by the last word of its name. */
type Role = "select" | "columns" | "on_conflict" | "order" | "limit" | "offset" | "logic" | "filter";

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly role: Role;
}

/**
 * Reads the parameters that have a value. `select`, `columns` and `on_conflict` are themselves; a name that ends in
 * `order`, `limit`, `offset`, `and` or `or` is one of these, for the embed before it; all others are filters.
 *
 * @param takesArguments a call by GET or HEAD: a value that does not read as a filter is an argument.
 */
export function parseParameters(
  pairs: readonly QueryPair[],
  takesArguments: boolean,
): Result<Parameters, RequestError> {
  const parameters = pairs.flatMap(({ name, value }): Parameter[] =>
    value === undefined ? [] : [{ name, value, role: roleOf(name) }],
  );
  const first = (role: Role): string | undefined => parameters.find((each) => each.role === role)?.value;
  // In PostgREST's order, so that of two mistakes the same one is told.
  const order = collect(parameters, "order", parseOrderParameter);
  if (!order.ok) return order;
  const logic = collect(parameters, "logic", parseLogicParameter);
  if (!logic.ok) return logic;
  const columns = optional(first("columns"), (text) => parseColumns(text));
  if (!columns.ok) return columns;
  const select = optional(first("select"), parseSelect);
  if (!select.ok) return select;
  const tests = collect(parameters, "filter", (parameter) => parseTest(parameter, takesArguments));
  if (!tests.ok) return tests;
  const onConflict = optional(first("on_conflict"), (text) => parseColumns(text, "on_conflict"));
  if (!onConflict.ok) return onConflict;
  const filters = [...logic.value, ...tests.value].flatMap(({ at, value }) =>
    "argument" in value ? [] : [{ at, value }],
  );
  return ok({
    filters: filters.toSorted((a, b) => a.at - b.at).map(({ value }) => value),
    order: firstOfEachPath(order.value.map(({ value }) => value)),
    ranges: rangeTexts(parameters),
    arguments: tests.value.flatMap(({ value }) => ("argument" in value ? [value.argument] : [])),
    ...(select.value === undefined ? {} : { select: select.value }),
    ...(columns.value === undefined ? {} : { columns: columns.value }),
    ...(onConflict.value === undefined ? {} : { onConflict: onConflict.value }),
  });
}

function roleOf(name: string): Role {
  if (name === "select" || name === "columns" || name === "on_conflict") return name;
  const word = name.slice(name.lastIndexOf(".") + 1);
  if (word === "order" || word === "limit" || word === "offset") return word;
  return word === "and" || word === "or" ? "logic" : "filter";
}

/** Something read from a parameter, and where the parameter stood. */
interface Placed<T> {
  readonly at: number;
  readonly value: T;
}

function collect<T>(
  parameters: readonly Parameter[],
  role: Role,
  parse: (parameter: Parameter) => Result<T, RequestError>,
): Result<readonly Placed<T>[], RequestError> {
  const found: Placed<T>[] = [];
  for (const [at, parameter] of parameters.entries()) {
    if (parameter.role !== role) continue;
    const value = parse(parameter);
    if (!value.ok) return value;
    found.push({ at, value: value.value });
  }
  return ok(found);
}

function optional<T>(
  text: string | undefined,
  parse: (text: string) => Result<T, RequestError>,
): Result<T | undefined, RequestError> {
  return text === undefined ? ok(undefined) : parse(text);
}

function parseOrderParameter({
  name,
  value,
}: Parameter): Result<Located<readonly OrderTerm[]>, RequestError> {
  const place = parseTreePath(name);
  if (!place.ok) return place;
  const terms = parseOrder(value);
  return terms.ok ? ok({ path: place.value.path, value: terms.value }) : terms;
}

function parseLogicParameter({ name, value }: Parameter): Result<Located<LogicTree>, RequestError> {
  const place = parseLogicPath(name);
  if (!place.ok) return place;
  const { path, operator, negated } = place.value;
  const tree = parseLogicTree(operator, negated, value);
  return tree.ok ? ok({ path, value: tree.value }) : tree;
}

type Test = Located<LogicTree> | { readonly argument: NamedArguments["pairs"][number] };

/** These begin an operation, whatever follows: such a value is a filter or an error, and no argument. */
const BEGINS_FILTER = /^(?:not|in|is|isdistinct)\./;

function parseTest({ name, value }: Parameter, takesArguments: boolean): Result<Test, RequestError> {
  const place = parseTreePath(name);
  if (!place.ok) return place;
  const { path, field } = place.value;
  const test = parseFilter(value);
  if (test.ok) return ok({ path, value: { kind: "filter", field, ...test.value } });
  return takesArguments && !BEGINS_FILTER.test(value) ? ok({ argument: [field.name, value] }) : test;
}

/** Where an order is given twice for one relation, the first counts. */
function firstOfEachPath<T>(located: readonly Located<T>[]): readonly Located<T>[] {
  const seen = new Set<string>();
  return located.filter(({ path }) => {
    const key = JSON.stringify(path);
    return !seen.has(key) && seen.add(key);
  });
}

/** Where a limit or offset is given twice for one relation, the last counts. */
function rangeTexts(parameters: readonly Parameter[]): ReadonlyMap<string, RangeTexts> {
  const texts = new Map<string, RangeTexts>();
  for (const { name, value, role } of parameters) {
    if (role !== "limit" && role !== "offset") continue;
    const place = name.slice(0, Math.max(0, name.length - role.length - 1));
    texts.set(place, { ...texts.get(place), [role]: value });
  }
  return texts;
}
