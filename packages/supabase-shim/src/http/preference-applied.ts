import type { ApiRequest } from "../request/index.ts";

/** Which preferences an answer followed, as `Preference-Applied` says it. PostgREST, "Prefer Header". */
export function preferenceApplied(request: ApiRequest, resolvesConflicts: boolean): string | undefined {
  const { action, preferences } = request;
  const inserts = action.kind === "insert";
  const updates = action.kind === "update";
  const writes = action.kind !== "read" && action.kind !== "call";
  const mayBeMany = updates || action.kind === "delete" || action.kind === "call";
  const applied = [
    named("resolution", inserts && resolvesConflicts ? preferences.resolution : undefined),
    named("missing", inserts || updates ? preferences.missing : undefined),
    named("return", writes ? preferences.return : undefined),
    named("count", preferences.count),
    named("tx", preferences.transaction),
    named("handling", preferences.handling),
    named("timezone", preferences.timezone),
    named(
      "max-affected",
      mayBeMany && preferences.handling === "strict" ? preferences.maxAffected : undefined,
    ),
  ].filter((preference) => preference !== undefined);
  return applied.length === 0 ? undefined : applied.join(", ");
}

function named(name: string, value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : `${name}=${value}`;
}
