/** A relation, routine or type with its schema. */
export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** One key per qualified name; NUL cannot occur in a PostgreSQL identifier, so keys never collide. */
export function nameKey(name: QualifiedName): string {
  return `${name.schema}\u0000${name.name}`;
}

export function sameName(a: QualifiedName, b: QualifiedName): boolean {
  return a.schema === b.schema && a.name === b.name;
}
