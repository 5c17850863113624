import type { Param } from "../plan/index.ts";

/**
 * A piece of SQL. It can only be made here: from a literal of this layer's own source, a quoted
 * identifier, a parameter, a type name from the catalog, or other pieces. Strings do not fit,
 * so text from a request cannot become SQL by accident.
 */
export class Sql {
  readonly #parts: readonly Part[];

  /** Only this file makes parts. */
  constructor(key: typeof construct, parts: readonly Part[]) {
    if (key !== construct) throw new TypeError("SQL is made by the constructors of fragment.ts.");
    this.#parts = parts;
  }

  /** The text with placeholders numbered in order, and what each stands for. */
  render(): { readonly text: string; readonly params: readonly Param[] } {
    const params: Param[] = [];
    const chunks: string[] = [];
    this.#write(chunks, params);
    return { text: chunks.join(""), params };
  }

  #write(chunks: string[], params: Param[]): void {
    for (const part of this.#parts) {
      if (part instanceof Sql) part.#write(chunks, params);
      else if (typeof part === "string") chunks.push(part);
      else chunks.push(`$${params.push(part)}`);
    }
  }
}

type Part = string | Param | Sql;

const construct: unique symbol = Symbol("sql");

/** A template of this layer's own text with other pieces in it. */
export function sql(strings: TemplateStringsArray, ...values: readonly Sql[]): Sql {
  const parts: Part[] = [];
  strings.forEach((text, index) => {
    if (text !== "") parts.push(text);
    const value = values[index];
    if (value !== undefined) parts.push(value);
  });
  return new Sql(construct, parts);
}

export const empty: Sql = new Sql(construct, []);

/** The one way for a name to enter the text: quoted, quotes doubled. A NUL, which no name has, is refused. */
export function ident(name: string): Sql {
  if (name.includes("\u0000")) throw new TypeError("A name cannot contain a NUL character.");
  return new Sql(construct, [`"${name.replaceAll('"', '""')}"`]);
}

/** `schema.name`, or the name alone where it is an alias. */
export function qualified({ schema, name }: { readonly schema?: string; readonly name: string }): Sql {
  return schema === undefined ? ident(name) : sql`${ident(schema)}.${ident(name)}`;
}

export function param(value: Param): Sql {
  return new Sql(construct, [value]);
}

/** A text that belongs to the request's shape. It is a parameter like any value. */
export function constant(text: string): Sql {
  return param({ kind: "constant", text });
}

/** A string of this layer's own or the catalog's as a literal, where a parameter cannot stand. */
export function literal(text: string): Sql {
  if (text.includes("\u0000")) throw new TypeError("A literal cannot contain a NUL character.");
  const quoted = `'${text.replaceAll("'", "''")}'`;
  // Under standard_conforming_strings a backslash is plain, but that setting is not ours to trust.
  return new Sql(construct, [text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted]);
}

/** A number as it is written. */
export function wholeNumber(value: number): Sql {
  if (!Number.isSafeInteger(value))
    throw new TypeError("Only a whole number can be written into a statement.");
  return new Sql(construct, [String(value)]);
}

/** A type, default expression or the like as PostgreSQL's catalog printed it: SQL already, and not from a request. */
export function fromCatalog(text: string): Sql {
  return new Sql(construct, [text]);
}

/** A type name as a cast: letters, digits, `_`, `$` and spaces, whatever a parser before this let through. */
export function castType(name: string): Sql {
  if (!/^[\p{L}\p{N}_ $]+$/u.test(name)) throw new TypeError("A cast can only name a type.");
  return new Sql(construct, [name]);
}

export function join(pieces: readonly Sql[], separator: Sql): Sql {
  const parts: Part[] = [];
  pieces.forEach((piece, index) => {
    if (index > 0) parts.push(separator);
    parts.push(piece);
  });
  return new Sql(construct, parts);
}

/** Pieces separated by commas. */
export function list(pieces: readonly Sql[]): Sql {
  return join(pieces, sql`, `);
}

/** `keyword pieces`, or nothing when there are no pieces. */
export function clause(keyword: Sql, pieces: readonly Sql[], separator: Sql = sql`, `): Sql {
  return pieces.length === 0 ? empty : sql` ${keyword} ${join(pieces, separator)}`;
}
