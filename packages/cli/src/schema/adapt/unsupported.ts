import type { CatalogObject } from "@offramp/db/conformance";
import { objectLabel } from "@offramp/db/conformance";

import { type Adaptation, adapted, type SchemaNote } from "./adaptation.ts";

/** Takes out what needs a superuser or a service that is not there, and says so by name. */
export function leaveUnsupported(adaptation: Adaptation): Adaptation {
  const notes: SchemaNote[] = [];
  const foreign = new Set<string>();
  for (const { kind, schema, name, properties } of adaptation.catalog.objects)
    if (kind === "table" && properties["foreign"] === true) foreign.add(`${schema}.${name}`);
  const left = new Set<string>();
  const objects = adaptation.catalog.objects.filter((object) => {
    const reason = unsupported(object, foreign);
    if (reason === undefined) return true;
    left.add(JSON.stringify([object.schema, object.name]));
    if (reason !== "") notes.push({ what: "left", label: objectLabel(object), reason });
    return false;
  });
  const isOnLeft = ({ kind, schema, parent }: CatalogObject): boolean =>
    kind === "grant" && left.has(JSON.stringify([schema, parent]));
  return adapted(
    adaptation,
    objects.filter((object) => !isOnLeft(object)),
    notes,
  );
}

/** Why it cannot go; empty where what it belongs to has said so; undefined where it can. */
function unsupported(object: CatalogObject, foreign: ReadonlySet<string>): string | undefined {
  const { kind, schema, parent, name, properties } = object;
  if (kind === "event trigger")
    return "It needs a superuser to be made. On RDS the role rds_superuser may: make it by hand if you still want it.";
  if (kind === "table" && properties["foreign"] === true)
    return "It is a foreign table: its server and credentials stay with Supabase. Make them anew with postgres_fdw and its like.";
  if (parent !== undefined && foreign.has(`${schema}.${parent}`)) return "";
  const compiled = properties["language"] === "c" || properties["language"] === "internal";
  if (kind === "function" && compiled && properties["kind"] !== "aggregate")
    return `It is written in ${String(properties["language"])}, which needs a superuser and a library on the server.`;
  if (kind === "function" && properties["result"] === "event_trigger")
    return "It serves an event trigger, which is not moved.";
  if (
    (kind === "trigger" || kind === "policy") &&
    /\b(?:supabase_functions|net)\./.test(definitionOf(object))
  )
    return "It calls a web hook of Supabase's. Let the application do that, or a queue table.";
  if (kind === "function" && name.startsWith("pgrst_")) return "It serves Supabase's API.";
  return undefined;
}

function definitionOf({ properties }: CatalogObject): string {
  return ["definition", "using", "check"].map((name) => String(properties[name] ?? "")).join(" ");
}
