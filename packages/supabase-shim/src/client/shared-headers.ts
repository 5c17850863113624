type HeadersLike = Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[];

/** Headers that nobody changes any more, and the same as a call has them. */
interface Given {
  readonly headers: Headers;
  /** Names are in lower case. */
  readonly record: Readonly<Record<string, string>>;
}

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
    return new SharedHeaders(givenBy(copyHeaders(headers)));
  }

  /** The same headers for somebody else: later changes on either side stay on that side. */
  share(): SharedHeaders {
    return new SharedHeaders(this.#own === undefined ? this.#given : givenBy(new Headers(this.#own)));
  }

  /** To be read and changed. */
  get own(): Headers {
    this.#own ??= new Headers(this.#given.headers);
    return this.#own;
  }

  /** As a call sends them. */
  get record(): Readonly<Record<string, string>> {
    return this.#own === undefined ? this.#given.record : Object.fromEntries(this.#own);
  }
}

function givenBy(headers: Headers): Given {
  return { headers, record: Object.freeze(Object.fromEntries(headers)) };
}

function copyHeaders(headers: HeadersLike | undefined): Headers {
  const copy = new Headers();
  if (headers === undefined) return copy;
  const entries = headers instanceof Headers || Array.isArray(headers) ? headers : Object.entries(headers);
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
