/**
 * The token of an `Authorization` header: empty when `Bearer` stands alone, undefined for another scheme.
 * The scheme's case does not count.
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [, scheme = "", rest = ""] = /^(\S*)\s*(.*)$/s.exec(authorization) ?? [];
  return scheme.toLowerCase() === "bearer" ? rest : undefined;
}
