import * as fc from "fast-check";

import type {
  Field,
  Filter,
  JsonStep,
  LogicTree,
  Operation,
  OrderTerm,
  SelectField,
  SelectItem,
} from "../../src/request/index.ts";

function characterOf(characters: string): fc.Arbitrary<string> {
  return fc.constantFrom(...Array.from(characters));
}

/** Any text, mostly made of the characters that mean something to a grammar. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: characterOf(`"\\.,()!:->*{} \t\nab0_$é名😀`), maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("", "a", "count", "left", "innermost", "not", "and", "or", "0", "-1", "a-b", "*"),
);

/** Text that looks like one of the grammars, and now and then belongs to it. */
export const grammarLike: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      characterOf('()(),,.:!"\\*{}- '),
      fc.constantFrom("->", "->>", "::", "...", "!inner", "!left", "not.", "and(", "or(", "in.("),
      fc.constantFrom("eq.", "is.null", "fts(", "any", "isdistinct.", ".sum()", "count()", "count"),
      fc.constantFrom(".desc", ".nullslast", "a", "b1", "é", "0", "-1", '"q,\\""'),
      text,
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));

const operator = fc.constantFrom(
  "eq.",
  "not.eq.",
  "gte.",
  "like(all).",
  "eq(any).",
  "neq.",
  "cs.",
  "isdistinct.",
  "fts.",
  "fts(a b).",
  "wfts( ).",
  "in.",
  "in.(",
  "not.in.(",
  "is.",
  "is.null",
  "is.NOT_null",
);

/** Text that often is a filter. */
export const filterLike: fc.Arbitrary<string> = fc
  .tuple(operator, grammarLike, fc.constantFrom("", ")"))
  .map((parts) => parts.join(""));

/** Text that often is the inside of a logic tree. */
export const logicLike: fc.Arbitrary<string> = fc
  .array(
    fc
      .tuple(
        fc.constantFrom("", "", "and(", "not.or(", " "),
        fc.constantFrom("a.", "a->b.", "a->>0.", '"a,".', "or.", "not."),
        operator,
        text,
        fc.constantFrom("", "", ")", "))", " "),
      )
      .map((parts) => parts.join("")),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(","));

const identifier = fc.stringMatching(/^[a-zé0-9_$]([a-zé0-9_$ ]{0,6}[a-zé0-9_$])?$/);

const index = fc.integer({ min: -1000, max: 1000 }).map((at) => ({ index: at === 0 ? 0 : at }));
const key = text.map((name) => ({ key: name }));

const step: fc.Arbitrary<JsonStep> = fc.record({
  arrow: fc.constantFrom("->" as const, "->>" as const),
  operand: fc.oneof(key, index),
});

const keyStep: fc.Arbitrary<JsonStep> = fc.record({
  arrow: fc.constantFrom("->" as const, "->>" as const),
  operand: key,
});

export const field: fc.Arbitrary<Field> = fc.record({
  name: text,
  path: fc.array(step, { maxLength: 3 }),
});

/** A field that can stand before `)`, where digits are read as a key. */
const enclosedField: fc.Arbitrary<Field> = fc.record({
  name: text,
  path: fc.array(keyStep, { maxLength: 3 }),
});

function selectField(of: fc.Arbitrary<Field>): fc.Arbitrary<SelectField> {
  return fc
    .record(
      {
        kind: fc.constant("field" as const),
        field: of,
        alias: text,
        cast: identifier,
        aggregate: fc.constantFrom("sum", "avg", "count", "max", "min"),
        aggregateCast: identifier,
      },
      { requiredKeys: ["kind", "field"] },
    )
    .map(({ aggregateCast, ...item }): SelectField =>
      item.aggregate === undefined || aggregateCast === undefined ? item : { ...item, aggregateCast },
    );
}

const { items: embedded } = fc.letrec<{ item: SelectItem; items: SelectItem[] }>((tie) => ({
  items: fc.array(tie("item"), { maxLength: 4 }),
  item: fc.oneof({ maxDepth: 4 }, selectField(enclosedField), embed(tie("items")), spread(tie("items"))),
}));

export const selectItems: fc.Arbitrary<SelectItem[]> = fc.array(
  fc.oneof(selectField(field), embed(embedded), spread(embedded)),
  { maxLength: 5 },
);

function embed(items: fc.Arbitrary<SelectItem[]>): fc.Arbitrary<SelectItem> {
  return fc.record(
    {
      kind: fc.constant("embed" as const),
      relation: text.filter((name) => name !== "count"),
      select: items,
      alias: text,
      hint: text,
      join: fc.constantFrom("inner" as const, "left" as const),
    },
    { requiredKeys: ["kind", "relation", "select"] },
  );
}

function spread(items: fc.Arbitrary<SelectItem[]>): fc.Arbitrary<SelectItem> {
  return fc.record(
    {
      kind: fc.constant("spread" as const),
      relation: text,
      select: items,
      hint: text,
      join: fc.constantFrom("inner" as const, "left" as const),
    },
    { requiredKeys: ["kind", "relation", "select"] },
  );
}

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("compare" as const),
      operator: fc.constantFrom(
        ...(["eq", "gt", "gte", "lt", "lte", "like", "ilike", "match", "imatch"] as const),
      ),
      quantifier: fc.constantFrom("any" as const, "all" as const),
      value: text,
    },
    { requiredKeys: ["kind", "operator", "value"] },
  ),
  fc.record({
    kind: fc.constant("binary" as const),
    operator: fc.constantFrom(...(["neq", "cs", "cd", "ov", "sl", "sr", "nxr", "nxl", "adj"] as const)),
    value: text,
  }),
  fc.record({
    kind: fc.constant("is" as const),
    value: fc.constantFrom(...(["null", "not_null", "true", "false", "unknown"] as const)),
  }),
  fc.record({ kind: fc.constant("isDistinct" as const), value: text }),
  fc.record({
    kind: fc.constant("in" as const),
    values: fc.array(text, { maxLength: 4 }).filter((values) => values.length !== 1 || values[0] !== ""),
  }),
  fc.record(
    {
      kind: fc.constant("textSearch" as const),
      operator: fc.constantFrom(...(["fts", "plfts", "phfts", "wfts"] as const)),
      language: identifier,
      value: text,
    },
    { requiredKeys: ["kind", "operator", "value"] },
  ),
);

const filter: fc.Arbitrary<Filter> = fc.record({
  kind: fc.constant("filter" as const),
  field,
  negated: fc.boolean(),
  operation,
});

const logic = fc.letrec<{ tree: LogicTree; group: LogicTree }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, filter, tie("group")),
  group: fc.record({
    kind: fc.constant("group" as const),
    operator: fc.constantFrom("and" as const, "or" as const),
    negated: fc.boolean(),
    members: fc.array(tie("tree"), { minLength: 1, maxLength: 4 }),
  }),
}));

export const logicGroup: fc.Arbitrary<LogicTree> = logic.group;

export const orderTerms: fc.Arbitrary<OrderTerm[]> = fc.array(
  fc.oneof(orderTerm({ field }), orderTerm({ field: enclosedField, relation: text })),
  { minLength: 1, maxLength: 4 },
);

function orderTerm(target: {
  readonly field: fc.Arbitrary<Field>;
  readonly relation?: fc.Arbitrary<string>;
}): fc.Arbitrary<OrderTerm> {
  const modifiers = fc.record(
    {
      direction: fc.constantFrom("asc" as const, "desc" as const),
      nulls: fc.constantFrom("first" as const, "last" as const),
    },
    { requiredKeys: [] },
  );
  return fc
    .tuple(target.field, target.relation ?? fc.constant(undefined), modifiers)
    .map(([of, relation, rest]) => ({
      field: of,
      ...(relation === undefined ? {} : { relation }),
      ...rest,
    }));
}
