import { err, ok, type RequestError, type Result } from "../errors/index.ts";
import type { HttpConfig } from "./http-config.ts";

/** The schema that a request is about. */
export interface Profile {
  readonly schema: string;
  /** A header named it. */
  readonly named: boolean;
  /** More than one schema was there to choose from, so the answer says which one it is of. */
  readonly negotiated: boolean;
}

const WRITING: ReadonlySet<string> = new Set(["POST", "PATCH", "PUT", "DELETE"]);

/** `Content-Profile` names the schema of a write, `Accept-Profile` that of a read. Fails with PGRST106. */
export function parseProfile(
  method: string,
  headers: Headers,
  { schemas }: HttpConfig,
): Result<Profile, RequestError> {
  const named = headers.get(WRITING.has(method) ? "content-profile" : "accept-profile");
  if (named === null) {
    return ok({ schema: schemas[0] ?? "public", named: false, negotiated: schemas.length !== 1 });
  }
  const schema = utf8(named);
  return schemas.includes(schema)
    ? ok({ schema, named: true, negotiated: true })
    : err({ kind: "unknownSchema", schema, exposed: schemas });
}

/** Header values come as one character per byte. */
function utf8(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8");
}
