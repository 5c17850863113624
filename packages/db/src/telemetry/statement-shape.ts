/** What may be told of a statement: nothing in it is a value. */
export interface StatementShape {
  /** The text with `?` in the place of each literal, and without comments. */
  readonly text: string;
  /** Operations and their tables, such as `SELECT profiles` (OpenTelemetry, `db.query.summary`). */
  readonly summary: string;
  /** The first operation, in capitals. */
  readonly operation: string;
  /** The table, where there is exactly one. */
  readonly collection: string | undefined;
}

/** PostgreSQL's documentation, "Lexical Structure". What has no end is taken to be a literal up to the end of the text. */
const TOKEN =
  /(?<comment>--[^\n]*|\/\*)|(?<literal>[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)|(?:[xXbBnN]|[uU]&)?'(?:[^']|'')*(?:'|$)|\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[^]*?(?:\$\k<tag>\$|$)|(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.(?!\.)[\d_]*)?(?:[eE][+-]?\d+)?|\.\d[\d_]*(?:[eE][+-]?\d+)?))|(?<place>\$\d+)|(?<name>(?:[uU]&)?"(?:[^"]|"")*(?:"|$)|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<space>\s+)|(?<other>[^])/y;

const OPERATIONS = new Set(["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"]);
/** `FOR UPDATE`, `DO UPDATE`, `ON UPDATE`, `KEY UPDATE` and such are no operations. */
const NOT_BEFORE_OPERATION = new Set(["FOR", "DO", "ON", "KEY", "BEFORE", "AFTER", "OF", "OR", "THEN", ","]);
const BEFORE_TABLE = new Set(["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "COPY"]);
/** Functions whose arguments are divided by FROM. */
const WITH_FROM = new Set(["EXTRACT", "SUBSTRING", "TRIM", "OVERLAY"]);
const LONGEST_SUMMARY = 255;
const MOST_KEPT = 1_000;
const LONGEST_KEPT = 20_000;

const known = new Map<string, StatementShape>();

/** The shape of a statement. Those of a thousand texts are kept. */
export function shapeOf(text: string): StatementShape {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  const shape = readShape(text);
  if (text.length <= LONGEST_KEPT) {
    const [oldest] = known.keys();
    if (known.size >= MOST_KEPT && oldest !== undefined) known.delete(oldest);
    known.set(text, shape);
  }
  return shape;
}

/** The text with `?` in the place of each literal, and without comments. */
export function withoutLiterals(text: string): string {
  return tokensOf(text)
    .map(({ shown }) => shown)
    .join("")
    .trim();
}

interface Token {
  readonly kind: "name" | "space" | "literal" | "other";
  /** As it may be told. */
  readonly shown: string;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) break;
    const [whole] = match;
    const { comment, literal, name, space } = match.groups ?? {};
    at = comment === "/*" ? endOfComment(text, at) : at + whole.length;
    if (comment !== undefined || space !== undefined) tokens.push({ kind: "space", shown: space ?? " " });
    else if (literal !== undefined) tokens.push({ kind: "literal", shown: "?" });
    else tokens.push({ kind: name === undefined ? "other" : "name", shown: whole });
  }
  return tokens;
}

/** Comments nest. */
function endOfComment(text: string, begin: number): number {
  const bounds = /\/\*|\*\//g;
  bounds.lastIndex = begin;
  let depth = 0;
  for (let bound = bounds.exec(text); bound !== null; bound = bounds.exec(text)) {
    depth += bound[0] === "/*" ? 1 : -1;
    if (depth === 0) return bounds.lastIndex;
  }
  return text.length;
}

function readShape(text: string): StatementShape {
  const all = tokensOf(text);
  const tokens = all.filter(({ kind }) => kind !== "space");
  const { words, tables } = readSummary(tokens);
  const [collection] = tables;
  const operation = words[0] ?? tokens.find(({ kind }) => kind === "name")?.shown.toUpperCase() ?? "UNKNOWN";
  return {
    text: all
      .map(({ shown }) => shown)
      .join("")
      .trim(),
    summary: cutAtWord(words.length === 0 ? operation : words.join(" ")),
    operation,
    collection: tables.size === 1 ? collection : undefined,
  };
}

function readSummary(tokens: readonly Token[]): { words: readonly string[]; tables: ReadonlySet<string> } {
  const word = (at: number): string => tokens[at]?.shown.toUpperCase() ?? "";
  const queries = new Set(tokens.filter((_, at) => namesQuery(at, word)).map(({ shown }) => shown));
  const words: string[] = [];
  const tables = new Set<string>();
  /** Of each open parenthesis, whether it is of a function whose arguments FROM divides. */
  const open: boolean[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const here = word(at);
    if (here === "(") open.push(WITH_FROM.has(word(at - 1)));
    else if (here === ")") open.pop();
    else if (OPERATIONS.has(here) && tokens[at]?.kind === "name" && !NOT_BEFORE_OPERATION.has(word(at - 1)))
      words.push(here);
    else if (at === 0 && here !== "WITH" && tokens[at]?.kind === "name") words.push(here);
    const leads = BEFORE_TABLE.has(here) && !(here === "UPDATE" && NOT_BEFORE_OPERATION.has(word(at - 1)));
    if (!leads || open.at(-1) === true || (here === "FROM" && word(at - 1) === "DISTINCT")) continue;
    let next = at + 1;
    while (["ONLY", "LATERAL", "IF", "NOT", "EXISTS", "TABLE"].includes(word(next))) next += 1;
    const [name, end] = readName(tokens, next);
    const isCall = word(end) === "(" && here !== "INTO" && here !== "TABLE" && here !== "COPY";
    if (name === undefined || OPERATIONS.has(name.toUpperCase()) || isCall || queries.has(name)) continue;
    if (words.at(-1) !== name) words.push(name);
    tables.add(name);
  }
  return { words, tables };
}

/** `name AS (` and `name AS [NOT] MATERIALIZED (` name a query of WITH, and `name (columns) AS (` too. */
function namesQuery(at: number, word: (at: number) => string): boolean {
  if (!["WITH", "RECURSIVE", ","].includes(word(at - 1))) return false;
  let next = at + 1;
  if (word(next) === "(") {
    while (word(next) !== ")" && word(next) !== "") next += 1;
    next += 1;
  }
  if (word(next) !== "AS") return false;
  return ["(", "MATERIALIZED", "NOT"].includes(word(next + 1));
}

/** A name that may be qualified, without its quotes, and where it ends. */
function readName(tokens: readonly Token[], begin: number): readonly [string | undefined, number] {
  const parts: string[] = [];
  let at = begin;
  for (; tokens[at]?.kind === "name"; at += 2) {
    parts.push((tokens[at]?.shown ?? "").replaceAll(/^"|"$/g, "").replaceAll('""', '"'));
    if (tokens[at + 1]?.shown !== ".") return [parts.join("."), at + 1];
  }
  return [undefined, at];
}

function cutAtWord(summary: string): string {
  if (summary.length <= LONGEST_SUMMARY) return summary;
  const cut = summary.lastIndexOf(" ", LONGEST_SUMMARY);
  return summary.slice(0, cut === -1 ? LONGEST_SUMMARY : cut);
}
