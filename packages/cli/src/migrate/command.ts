import { migrate } from "@offramp/db";
import type { Command } from "commander";

import type { OfframpCommand } from "../command/command.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";
import { migrationSources } from "./migration-sources.ts";
import { renderApplied, renderPending, renderStatus } from "./render-migrations.ts";
import { migrationStatus } from "./migration-status.ts";

/** `offramp migrate` */
export const migrateCommand: OfframpCommand = {
  name: "migrate",
  summary:
    "bring the target up to date: Supabase's roles and functions, the audit trail, your own migrations",
  configure(command: Command) {
    addPlaceOption(command, "target");
    command
      .option(
        "--folder <name=folder>",
        "a folder of migrations, by a name that never changes; may be repeated",
        collect,
        [],
      )
      .option("--without-compat", "leave Supabase's roles and auth functions out", false)
      .option("--without-audit", "leave the audit trail out", false)
      .option("--dry-run", "print the SQL that would run, and run none", false)
      .option("--status", "list what is applied and what is not; ends with 1 where something is not", false);
  },
  async run(context) {
    const { terminal, options, config } = context;
    const sources = migrationSources({
      folders: { ...config.migrations, ...foldersOf(options["folder"]) },
      compat: options["withoutCompat"] !== true,
      audit: options["withoutAudit"] !== true,
    });
    const db = openPlace(context, "target");
    try {
      if (options["status"] === true) {
        const status = await migrationStatus(db, sources);
        terminal.result({ database: db.description, migrations: status }, () =>
          renderStatus(db.description, status),
        );
        return status.every(({ applied }) => applied) ? "done" : "findings";
      }
      const { pending, alreadyApplied } = await migrate(db, sources, { dryRun: true });
      if (options["dryRun"] === true) {
        terminal.result({ database: db.description, pending, alreadyApplied }, () => renderPending(pending), {
          verbatim: true,
        });
        return "done";
      }
      if (pending.length > 0) {
        for (const { source, id } of pending) terminal.note(`  ${source}/${id}`);
        await terminal.confirm(`Apply ${pending.length} migrations to ${db.description}?`);
      }
      const report = await migrate(db, sources);
      terminal.result({ database: db.description, ...report }, () => renderApplied(db.description, report));
      return "done";
    } finally {
      await db.close();
    }
  },
};

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function foldersOf(given: unknown): Record<string, string> {
  const folders: Record<string, string> = {};
  for (const text of Array.isArray(given) ? (given as readonly unknown[]) : []) {
    const [name = "", ...rest] = String(text).split("=");
    folders[name] = rest.join("=");
  }
  return folders;
}
