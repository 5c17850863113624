import type { CatalogObject, PropertyValue } from "@offramp/db/conformance";
import { objectLabel } from "@offramp/db/conformance";

import { extensionWayOut, hasExtension } from "../../supabase/rds-extensions.ts";
import type { SchemaOptions } from "../schema-options.ts";
import { type Adaptation, adapted, type SchemaNote } from "./adaptation.ts";

/** Extensions that the target can have, in the schema where they shall be, and calls that follow them there. */
export function adaptExtensions(adaptation: Adaptation, options: SchemaOptions): Adaptation {
  const notes: SchemaNote[] = [];
  const renamed = adaptation.catalog.objects.map((object) => rewriteCalls(object, options));
  const uses = usesUuidOssp(renamed);
  const objects = renamed.flatMap((object): CatalogObject[] => {
    if (object.kind === "schema" && object.name === "extensions" && options.extensionsSchema !== "extensions")
      return [];
    if (object.kind === "grant" && object.on === "schema" && object.parent === "extensions")
      return options.extensionsSchema === "extensions" ? [object] : [];
    if (object.kind !== "extension") return [object];
    const { name } = object;
    if (!hasExtension(name, options.available)) {
      notes.push({
        what: "left",
        label: objectLabel(object),
        reason: `The target does not have it. ${extensionWayOut(name)}`,
      });
      return [];
    }
    if (name === "uuid-ossp" && options.genRandomUuid && !uses) {
      notes.push({
        what: "left",
        label: objectLabel(object),
        reason: "gen_random_uuid() takes its place, which needs no extension.",
      });
      return [];
    }
    const schema = object.properties["schema"];
    if (schema !== "extensions" || options.extensionsSchema === "extensions") return [object];
    notes.push({
      what: "changed",
      label: objectLabel(object),
      reason: `It is in the schema "${options.extensionsSchema}", and so are the calls of its functions.`,
    });
    return [{ ...object, properties: { ...object.properties, schema: options.extensionsSchema } }];
  });
  return adapted(adaptation, objects, notes);
}

function rewriteCalls(object: CatalogObject, options: SchemaOptions): CatalogObject {
  const properties = Object.fromEntries(
    Object.entries(object.properties).map(([name, value]) => [
      name,
      // A comment and a label are people's words.
      name === "comment" || name === "labels" || name === "schema" ? value : rewriteValue(value, options),
    ]),
  );
  const { definition } = object;
  return {
    ...object,
    properties,
    ...(definition === undefined ? {} : { definition: rewriteText(definition, options) }),
  };
}

function rewriteValue(value: PropertyValue, options: SchemaOptions): PropertyValue {
  if (typeof value === "string") return rewriteText(value, options);
  return Array.isArray(value) ? value.map((text) => rewriteText(String(text), options)) : value;
}

/** Names in the catalog's text stand with their schema, so what is not ours is not hit. */
function rewriteText(text: string, options: SchemaOptions): string {
  const uuid = options.genRandomUuid
    ? text.replaceAll(/\b(?:extensions\.|public\.)?uuid_generate_v4\(\)/g, "gen_random_uuid()")
    : text;
  if (options.extensionsSchema === "extensions") return uuid;
  return uuid.replaceAll(/(?<![\w".])extensions\.(?=[\w"])/g, `${options.extensionsSchema}.`);
}

function usesUuidOssp(objects: readonly CatalogObject[]): boolean {
  return objects.some((object) => {
    const texts = [object.definition, ...Object.values(object.properties)];
    return (
      object.kind !== "extension" && texts.some((text) => /\buuid_(?:generate|ns|nil)/.test(String(text)))
    );
  });
}
