/** One `name=value` of a query string or of a form. */
export interface QueryPair {
  readonly name: string;
  /** Undefined where no `=` came. */
  readonly value: string | undefined;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The pairs of `a=1&b=2`. `;` separates as `&` does, `+` is a space, and a percent sign that begins no escape stands for itself. */
export function parseQueryString(text: string): readonly QueryPair[] {
  if (text === "") return [];
  return text.split(/[&;]/).map((pair) => {
    const equals = pair.indexOf("=");
    return equals === -1
      ? { name: decode(pair), value: undefined }
      : { name: decode(pair.slice(0, equals)), value: decode(pair.slice(equals + 1)) };
  });
}

/** Escapes are bytes, so they are put together before they are read as UTF-8. */
function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  return spaced.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    decoder.decode(Buffer.from(escapes.replaceAll("%", ""), "hex")),
  );
}

/**
 * The query with its parameters in alphabetical order, for `Content-Location`: two requests for the same thing
 * have the same. Values of one name are joined by commas.
 */
export function canonicalQuery(pairs: readonly QueryPair[]): string {
  const byName = new Map<string, string[]>();
  for (const { name, value } of pairs.toSorted((a, b) => compare(a.name, b.name))) {
    const values = byName.get(name);
    if (values === undefined) byName.set(name, [encode(value ?? "")]);
    else values.push(encode(value ?? ""));
  }
  return [...byName].map(([name, values]) => `${encode(name)}=${values.join(",")}`).join("&");
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Everything but RFC 3986's unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
