import type { MigrationReport, PendingMigration } from "@offramp/db";

import type { MigrationState } from "./migration-status.ts";

/** The SQL that would run, as a script that can be read. */
export function renderPending(pending: readonly PendingMigration[]): string {
  if (pending.length === 0) return "-- Nothing to apply.";
  return pending
    .map(({ source, id, statements }) =>
      [`-- ${source}/${id}`, ...statements.map((statement) => `${statement.trim().replace(/;$/, "")};`)].join(
        "\n",
      ),
    )
    .join("\n\n");
}

/** What was applied, and how long each took. */
export function renderApplied(database: string, { applied, alreadyApplied }: MigrationReport): string {
  if (applied.length === 0)
    return `${database} is up to date: ${alreadyApplied} migrations were applied before.`;
  return [
    ...applied.map(({ source, id, ms }) => `✓ ${source}/${id} in ${Math.round(ms)} ms`),
    `${database}: ${applied.length} applied now, ${alreadyApplied} before.`,
    "Next: offramp doctor looks at the target again.",
  ].join("\n");
}

/** Each migration with its state, then what to do. */
export function renderStatus(database: string, status: readonly MigrationState[]): string {
  const pending = status.filter(({ applied }) => !applied).length;
  return [
    ...status.map(
      ({ source, id, applied }) => `${applied ? "✓" : "·"} ${source}/${id}${applied ? "" : " not applied"}`,
    ),
    pending === 0
      ? `${database} is up to date.`
      : `${database}: ${pending} of ${status.length} migrations are not applied. offramp migrate --dry-run shows their SQL, offramp migrate applies them.`,
  ].join("\n");
}
