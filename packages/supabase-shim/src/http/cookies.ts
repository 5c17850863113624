/** The pairs of a `Cookie` header; of two of one name the later counts. */
export function parseCookies(header: string | null): Readonly<Record<string, string>> {
  const pairs = (header ?? "").split(";").flatMap((text): (readonly [string, string])[] => {
    const pair = text.trim();
    if (pair === "") return [];
    const equals = pair.indexOf("=");
    return equals === -1 ? [[pair, ""]] : [[pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]];
  });
  return Object.fromEntries(pairs);
}
