import { type MediaType, mediaTypeName } from "../request/index.ts";

/** The `Content-Type` of a body. Bytes, and what only the database knows, have no charset. */
export function contentType(media: MediaType): string {
  const name = mediaTypeName(media);
  return media.kind === "octet-stream" || media.kind === "other" ? name : `${name}; charset=utf-8`;
}
