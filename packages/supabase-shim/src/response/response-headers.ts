/** A header that the database set. */
export type HeaderField = readonly [name: string, value: string];

/**
 * What a function put into `response.headers`: a JSON array of objects, each with one name and its value. Undefined
 * when it is anything else.
 */
export function readResponseHeaders(setting: string): readonly HeaderField[] | undefined {
  const list = parseJson(setting);
  if (!Array.isArray(list)) return undefined;
  const headers: HeaderField[] = [];
  for (const member of list as readonly unknown[]) {
    const [header, ...others] = Object.entries(typeof member === "object" && member !== null ? member : {});
    if (header === undefined || others.length > 0 || Array.isArray(member)) return undefined;
    const [name, value]: readonly [string, unknown] = header;
    if (typeof value !== "string") return undefined;
    headers.push([name, value]);
  }
  return headers;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
