type HeadersLike = Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[];

/**
 * Headers that nobody changes any more, as a call has them: names are in lower case and in order. A `Headers` is made
 * only for who asks for one, because the first of a process loads all of `fetch`, which takes tens of milliseconds.
 */
type Given = Readonly<Record<string, string>>;

/**
 * The headers of a client, a builder or a call. They are handed on several times for every call and hardly ever
 * changed, so they are copied when somebody asks for them, not before.
 */
export class SharedHeaders {
  readonly #given: Given;
  #own: Headers | undefined;

  private constructor(given: Given) {
    this.#given = given;
  }

  static of(headers: HeadersLike | undefined): SharedHeaders {
    return new SharedHeaders(headers === undefined ? NONE : givenBy(headers));
  }

  /** The same headers for somebody else: later changes on either side stay on that side. */
  share(): SharedHeaders {
    return new SharedHeaders(this.record);
  }

  /** To be read and changed. */
  get own(): Headers {
    this.#own ??= new Headers(this.#given);
    return this.#own;
  }

  /** As a call sends them. */
  get record(): Given {
    return this.#own === undefined ? this.#given : Object.freeze(Object.fromEntries(this.#own));
  }
}

const NONE: Given = Object.freeze({});

/** Of what everybody sends `Headers` changes nothing but the case of names, and the order. */
const USUAL_VALUE = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

function givenBy(headers: HeadersLike): Given {
  const entries: readonly (readonly [string, string])[] =
    Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  const usual = entries.map(([name, value]) => [lowerCase(name), value] as const);
  const asTheyAre =
    new Set(usual.map(([name]) => name)).size === usual.length &&
    usual.every(
      ([name, value]) => HEADER_NAME.test(name) && typeof value === "string" && USUAL_VALUE.test(value),
    );
  return Object.freeze(
    Object.fromEntries(asTheyAre ? usual.toSorted(([a], [b]) => (a < b ? -1 : 1)) : copyHeaders(entries)),
  );
}

/** Who calls from JavaScript may give anything; what is no name is told by {@link keepHeader}. */
function lowerCase(name: unknown): string {
  return typeof name === "string" ? name.toLowerCase() : "";
}

function copyHeaders(entries: readonly (readonly [string, string])[]): Headers {
  const copy = new Headers();
  for (const [name, value] of entries) keepHeader(name, () => copy.append(name, value));
  return copy;
}

/**
 * Node's own error repeats the name and the value, which may be a token.
 *
 * @throws {TypeError} HTTP allows no such name or value.
 */
export function keepHeader(name: unknown, keep: () => void): void {
  try {
    keep();
  } catch {
    const which = typeof name === "string" && HEADER_NAME.test(name) ? `the value of ${name}` : "the name";
    throw new TypeError(`A header cannot be set: HTTP does not allow ${which}.`);
  }
}

/** A token of RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
