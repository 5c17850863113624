/** A view's column that is another relation's column, by PostgreSQL's numbers. */
export interface TargetColumn {
  readonly name: string;
  /** The relation's oid. */
  readonly relation: string;
  /** The column's number in it. */
  readonly column: number;
}

/**
 * Reads a view's columns off its rewrite rule, the text of a `pg_node_tree`. Of each TARGETENTRY of the
 * outermost query only `resname`, `resorigtbl` and `resorigcol` matter: PostgreSQL itself notes there
 * which column of which relation a plain column reference is.
 *
 * The text is nested `{NODE :field value …}` and `( … )`, with `\` before a special character.
 */
export function targetColumns(rule: string): TargetColumn[] {
  const columns: TargetColumn[] = [];
  for (const entry of outermostTargets(rule)) {
    const relation = field(entry, "resorigtbl");
    const column = field(entry, "resorigcol");
    const name = field(entry, "resname");
    if (relation === undefined || column === undefined || name === undefined) continue;
    if (relation === "0" || field(entry, "resjunk") === "true") continue;
    columns.push({ name: unescape(name), relation, column: Number(column) });
  }
  return columns;
}

/** Whether a rule refers to a relation's row as one value, as `to_jsonb(patients)` does. */
export function refersToWholeRows(rule: string): boolean {
  return /\{VAR :varno \d+ :varattno 0 /u.test(rule);
}

/** The texts of the TARGETENTRY nodes in the first query's target list, each from brace to brace. */
function outermostTargets(rule: string): string[] {
  const entries: string[] = [];
  let depth = 0;
  let start: number | undefined;
  // The rule is `({QUERY …})`: the query's own braces are depth 1, its targets' depth 2. An escaped brace is text.
  for (const { 0: brace, index } of rule.matchAll(/\\.|[{}]/gsu)) {
    if (brace === "{") {
      depth += 1;
      if (depth === 2 && rule.startsWith("{TARGETENTRY ", index)) start = index;
    } else if (brace === "}") {
      if (depth === 2 && start !== undefined) {
        entries.push(rule.slice(start, index + 1));
        start = undefined;
      }
      depth -= 1;
    }
  }
  return entries;
}

/** A field of the entry itself: its last mention, because what it contains comes before. */
function field(entry: string, name: string): string | undefined {
  const marker = ` :${name} `;
  const at = entry.lastIndexOf(marker);
  if (at < 0) return undefined;
  const rest = entry.slice(at + marker.length);
  // A space inside a name is escaped, so a bare one ends the value. Space, tab and newline: other white space
  // is part of a name to PostgreSQL, and not escaped.
  return /^(?:\\.|[^ \t\n\\})])+/su.exec(rest)?.[0];
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gsu, "$1");
}
