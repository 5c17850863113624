/** Words of SQL's expressions: they name nothing that is stored. */
const EXPRESSION_WORDS: ReadonlySet<string> = new Set(
  `and or not in is null true false unknown like ilike similar to between symmetric exists any all some case when then
  else end asc desc nulls first last distinct as cast collate at time zone interval array row from for both leading
  trailing placing overlay substring position trim extract year month day hour minute second week quarter dow doy epoch
  isodow isoyear century decade millennium timezone coalesce nullif greatest least within group filter where over
  partition by order rows range groups unbounded preceding following current exclude ties escape default current_date
  current_time current_timestamp localtime localtimestamp isnull notnull on conflict do nothing update set
  text int integer int2 int4 int8 smallint bigint numeric decimal real float float4 float8 double precision boolean bool
  uuid date timestamp timestamptz timetz json jsonb bytea varchar char character varying inet citext regconfig name oid
  lateral only limit offset fetch next share key skip locked nowait of with ordinality`.split(/\s+/),
);

/** Words that begin a query of its own: what it reads nobody sees. */
const QUERY_WORDS = /\b(?:select|table|values|insert|delete|merge|copy|call|execute|prepare|declare)\b/i;

/** What a piece of SQL text, written by hand, may mean. */
export interface TextReading {
  /** A query, or a function that nobody knows: what it reads is not to be seen. */
  readonly hidden: boolean;
  /** A name that could be a column's or a table's. */
  readonly names: boolean;
  readonly aggregates: boolean;
}

/** Reads a piece of text without parsing it: any word that is not known to be harmless counts. */
export function readText(
  text: string,
  functions: { readonly scalar: ReadonlySet<string>; readonly aggregate: ReadonlySet<string> },
): TextReading {
  // Literals are values. A quote that does not end hides what follows it, and so does a dollar quote.
  const bare = text.replaceAll(/'(?:[^']|'')*'/g, " ");
  let hidden = QUERY_WORDS.test(bare) || /['$\\;]|--|\/\*/.test(bare);
  let names = false;
  let aggregates = false;
  for (const [, quoted, word = "", call] of bare.matchAll(/(")?([\p{L}_][\p{L}\p{N}_$]*)"?(\s*\()?/gu)) {
    const name = word.toLowerCase();
    const known = quoted === undefined && EXPRESSION_WORDS.has(name);
    if (call === undefined) {
      names ||= !known;
    } else if (functions.aggregate.has(name)) {
      aggregates = true;
    } else if (!known && !functions.scalar.has(name)) {
      hidden = true;
    }
  }
  return { hidden, names, aggregates: aggregates && !/\bover\b/i.test(bare) };
}
