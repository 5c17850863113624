const NAME = /"((?:[^"]|"")*)"|([^\s,."()]+)/y;

/** The names in `a, "B c"`, as PostgreSQL writes a list of columns; undefined where it holds anything else. */
export function nameList(text: string): readonly string[] | undefined {
  return separated(text, /\s*,\s*/y);
}

/** The names in `schema."Table"`; undefined where it holds anything else. */
export function qualifiedName(text: string): readonly string[] | undefined {
  return separated(text, /\./y);
}

function separated(text: string, separator: RegExp): readonly string[] | undefined {
  const names: string[] = [];
  let at = 0;
  for (;;) {
    NAME.lastIndex = at;
    const name = NAME.exec(text);
    if (name === null) return undefined;
    names.push(name[1]?.replaceAll('""', '"') ?? name[2] ?? "");
    at = NAME.lastIndex;
    if (at === text.length) return names;
    separator.lastIndex = at;
    if (separator.exec(text) === null) return undefined;
    at = separator.lastIndex;
  }
}
