import type { MediaType, PlanOption } from "../request/index.ts";

/** A type, a subtype, and parameters with quoted or plain values, as PostgREST reads them. */
const TYPE = /^([\p{L}\p{N}.*]+)\/([\p{L}\p{N}.*+-]+)/u;
const PARAMETER = /\s*;\s*([\p{L}\p{N}-]+)\s*=\s*(?:"([^"]*)"|([\p{L}\p{N}|-]+))/uy;

const OPTIONS: readonly PlanOption[] = ["analyze", "verbose", "settings", "buffers", "wal"];

/** Reads the value of `Content-Type`, or one member of `Accept`. What is not known stays under its own name. */
export function parseMediaType(text: string): MediaType {
  const [whole, type = "", subtype = ""] = TYPE.exec(text) ?? [];
  if (whole === undefined) return { kind: "other", name: text };
  const parameters = readParameters(text, whole.length);
  switch (`${type}/${subtype}`.toLowerCase()) {
    case "*/*":
      return { kind: "any" };
    case "application/json":
      return { kind: "json" };
    case "application/vnd.pgrst.array+json":
    case "application/vnd.pgrst.array":
      return { kind: "json", ...strippedNulls(parameters) };
    case "application/vnd.pgrst.object+json":
    case "application/vnd.pgrst.object":
      return { kind: "singular", ...strippedNulls(parameters) };
    case "application/geo+json":
      return { kind: "geojson" };
    case "text/csv":
      return { kind: "csv" };
    case "text/plain":
      return { kind: "text" };
    case "text/xml":
      return { kind: "xml" };
    case "application/octet-stream":
      return { kind: "octet-stream" };
    case "application/openapi+json":
      return { kind: "openapi" };
    case "application/x-www-form-urlencoded":
      return { kind: "form" };
    case "application/vnd.pgrst.plan":
    case "application/vnd.pgrst.plan+text":
      return plan("text", parameters);
    case "application/vnd.pgrst.plan+json":
      return plan("json", parameters);
    default:
      return { kind: "other", name: text };
  }
}

/** Names are in lower case; of two of one name the later counts. What cannot be read ends the list. */
function readParameters(text: string, from: number): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = from;
  for (let found = PARAMETER.exec(text); found !== null; found = PARAMETER.exec(text)) {
    const [, name = "", quoted, plain = ""] = found;
    parameters.set(name.toLowerCase(), quoted ?? plain);
  }
  return parameters;
}

function strippedNulls(parameters: ReadonlyMap<string, string>): { stripNulls?: true } {
  return parameters.get("nulls") === "stripped" ? { stripNulls: true } : {};
}

function plan(format: "text" | "json", parameters: ReadonlyMap<string, string>): MediaType {
  const of = parseMediaType(parameters.get("for") ?? "application/json");
  const given = new Set(parameters.get("options")?.split("|"));
  return { kind: "plan", of, format, options: OPTIONS.filter((option) => given.has(option)) };
}
