import type { MediaType } from "./media-type.ts";

/** A media type as it is written in a header, without a charset. */
export function mediaTypeName(media: MediaType): string {
  switch (media.kind) {
    case "any":
      return "*/*";
    case "json":
      return media.stripNulls === true
        ? "application/vnd.pgrst.array+json;nulls=stripped"
        : "application/json";
    case "singular":
      return media.stripNulls === true
        ? "application/vnd.pgrst.object+json;nulls=stripped"
        : "application/vnd.pgrst.object+json";
    case "csv":
      return "text/csv";
    case "geojson":
      return "application/geo+json";
    case "text":
      return "text/plain";
    case "xml":
      return "text/xml";
    case "octet-stream":
      return "application/octet-stream";
    case "openapi":
      return "application/openapi+json";
    case "form":
      return "application/x-www-form-urlencoded";
    case "plan": {
      const options = media.options.length === 0 ? "" : `; options=${media.options.join("|")}`;
      return `application/vnd.pgrst.plan+${media.format}; for="${mediaTypeName(media.of)}"${options}`;
    }
    case "other":
      return media.name;
  }
}
