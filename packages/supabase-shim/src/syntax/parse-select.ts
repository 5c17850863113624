import type { RequestError } from "../errors/request-error.ts";
import type { Result } from "../errors/result.ts";
import type {
  AggregateFunction,
  JoinKind,
  SelectEmbed,
  SelectField,
  SelectItem,
  SelectSpread,
} from "../request/index.ts";
import type { Cursor } from "./cursor.ts";
import { firstOf } from "./first-of.ts";
import { parseText } from "./parse-text.ts";
import { readField } from "./read-field.ts";
import { readIdentifier, readName } from "./read-name.ts";
import { separated } from "./separated.ts";
import { readSpaced, takeSpaced } from "./space.ts";

/** The value of `select`. As in PostgREST, a closing parenthesis too many ends the list, and what follows is not read. */
export function parseSelect(text: string): Result<SelectItem[], RequestError> {
  return parseText({ what: "select parameter", text }, readItems);
}

function readItems(cursor: Cursor): SelectItem[] | undefined {
  const start = cursor.position;
  const items = separated(cursor, readItem, (at) => takeSpaced(at, ","));
  return items === undefined && cursor.position === start ? [] : items;
}

function readItem(cursor: Cursor): SelectItem | undefined {
  return firstOf<SelectItem>(cursor, readSpread, readEmbed, readSelectField);
}

function readSpread(cursor: Cursor): SelectSpread | undefined {
  const head = cursor.attempt(() =>
    readSpaced(cursor, () => {
      if (!cursor.take("...")) return undefined;
      const relation = readName(cursor);
      return relation === undefined ? undefined : readHead(cursor, relation);
    }),
  );
  if (head === undefined) return undefined;
  const select = readEmbedded(cursor);
  return select && { kind: "spread", ...head, select };
}

function readEmbed(cursor: Cursor): SelectEmbed | undefined {
  const head = cursor.attempt(() =>
    readSpaced(cursor, () => {
      const alias = readAlias(cursor);
      const relation = readName(cursor);
      // `count()` is an aggregate, so no relation of this name can be embedded.
      if (relation === undefined || relation === "count") return undefined;
      const rest = readHead(cursor, relation);
      return rest && { ...rest, ...(alias === undefined ? {} : { alias }) };
    }),
  );
  if (head === undefined) return undefined;
  const select = readEmbedded(cursor);
  return select && { kind: "embed", ...head, select };
}

interface EmbedHead {
  readonly relation: string;
  readonly hint?: string;
  readonly join?: JoinKind;
}

/** Up to two of `!hint`, `!inner` and `!left`, in any order; of two of a kind the first counts. */
function readHead(cursor: Cursor, relation: string): EmbedHead | undefined {
  let hint: string | undefined;
  let join: JoinKind | undefined;
  for (let count = 0; count < 2 && cursor.take("!"); count += 1) {
    const word = cursor.takeOneOf(["left", "inner"]);
    if (word === undefined) {
      const name = cursor.attempt(() => readName(cursor));
      if (name === undefined) return undefined;
      hint ??= name;
    } else {
      join ??= word;
    }
  }
  if (!cursor.follows("(")) return undefined;
  return {
    relation,
    ...(hint === undefined ? {} : { hint }),
    ...(join === undefined ? {} : { join }),
  };
}

function readEmbedded(cursor: Cursor): SelectItem[] | undefined {
  return cursor.nested(() => {
    if (!cursor.take("(")) return undefined;
    const items = readItems(cursor);
    return items !== undefined && cursor.take(")") ? items : undefined;
  });
}

function readAlias(cursor: Cursor): string | undefined {
  return cursor.attempt(() => {
    const name = readName(cursor);
    const ends = name !== undefined && cursor.take(":") && cursor.precludes((c) => c === 0x3a, ['":"']);
    return ends ? name : undefined;
  });
}

function readSelectField(cursor: Cursor): SelectField | undefined {
  return readSpaced(cursor, () => firstOf(cursor, readStar, readCount, readColumn));
}

function readStar(cursor: Cursor): SelectField | undefined {
  return cursor.attempt(() =>
    cursor.take("*") && endsField(cursor) ? { kind: "field", field: { name: "*", path: [] } } : undefined,
  );
}

function readCount(cursor: Cursor): SelectField | undefined {
  return cursor.attempt(() => {
    const alias = readAlias(cursor);
    if (!cursor.take("count()")) return undefined;
    const cast = readCast(cursor);
    if (cast === undefined || !endsField(cursor)) return undefined;
    return {
      kind: "field",
      field: { name: "*", path: [] },
      ...(alias === undefined ? {} : { alias }),
      aggregate: "count",
      ...(cast === "none" ? {} : { aggregateCast: cast.type }),
    };
  });
}

function readColumn(cursor: Cursor): SelectField | undefined {
  const alias = readAlias(cursor);
  const field = readField(cursor);
  if (field === undefined) return undefined;
  const cast = readCast(cursor);
  if (cast === undefined) return undefined;
  const aggregate = readAggregate(cursor);
  const aggregateCast = readCast(cursor);
  if (aggregateCast === undefined || !endsField(cursor)) return undefined;
  return {
    kind: "field",
    field,
    ...(alias === undefined ? {} : { alias }),
    ...(cast === "none" ? {} : { cast: cast.type }),
    ...(aggregate === undefined ? {} : { aggregate }),
    // The grammar lets a second cast stand without an aggregate, and then it means nothing.
    ...(aggregate === undefined || aggregateCast === "none" ? {} : { aggregateCast: aggregateCast.type }),
  };
}

function readCast(cursor: Cursor): { readonly type: string } | "none" | undefined {
  const start = cursor.position;
  if (!cursor.take("::")) return cursor.position === start ? "none" : undefined;
  const type = readIdentifier(cursor);
  return type === undefined ? undefined : { type };
}

function readAggregate(cursor: Cursor): AggregateFunction | undefined {
  return cursor.attempt(() => {
    if (!cursor.take(".")) return undefined;
    const name = firstOf<AggregateFunction>(
      cursor,
      () => (cursor.take("sum") ? "sum" : undefined),
      () => (cursor.take("avg") ? "avg" : undefined),
      () => (cursor.take("count") ? "count" : undefined),
      () => cursor.takeOneOf(["max", "min"]),
    );
    return name !== undefined && cursor.take("()") ? name : undefined;
  });
}

function endsField(cursor: Cursor): boolean {
  return cursor.follows(")") || cursor.follows(",") || cursor.atEnd();
}
