import type { CatalogObject, PropertyValue } from "@offramp/db/conformance";
import { objectLabel } from "@offramp/db/conformance";

import { isInternalRole } from "../../supabase/managed-roles.ts";
import { type Adaptation, adapted, type SchemaNote } from "./adaptation.ts";

/** Everything belongs to whoever makes it, and rights of Supabase's own services go. */
export function adaptOwners(adaptation: Adaptation): Adaptation {
  const notes: SchemaNote[] = [];
  const objects = adaptation.catalog.objects.flatMap((object): CatalogObject[] => {
    if (object.kind === "grant" && isInternalRole(object.name)) return [];
    if (object.kind === "default privileges") {
      // Of the owner's own objects they hold again; another role's concern objects that nobody makes there.
      const ofInternal = object.parent !== undefined && isInternalRole(object.parent);
      return isInternalRole(object.name) || ofInternal ? [] : [object];
    }
    const owner = object.properties["owner"];
    if (typeof owner !== "string") return [withoutInternalRoles(object)];
    if (object.properties["security"] === "definer")
      notes.push({
        what: "changed",
        label: objectLabel(object),
        reason: `It ran with the rights of "${owner}"; it will run with those of the role that makes it.`,
      });
    return [withoutInternalRoles({ ...object, properties: { ...object.properties, owner: null } })];
  });
  return adapted(adaptation, objects, notes);
}

/** A policy for one of Supabase's roles alone would name a role that is not there. */
function withoutInternalRoles(object: CatalogObject): CatalogObject {
  const roles = object.properties["roles"];
  if (object.kind !== "policy" || !isList(roles)) return object;
  return {
    ...object,
    properties: { ...object.properties, roles: roles.filter((role) => !isInternalRole(role)) },
  };
}

function isList(value: PropertyValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}
