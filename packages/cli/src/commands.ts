import type { CommandEntry } from "./command/command.ts";

/** The commands in the order of a migration. Each is loaded only when it is the one that runs. */
export const commands: readonly CommandEntry[] = [
  {
    name: "scan",
    summary: "list every use of supabase-js in an application, and what becomes of each",
    load: async () => (await import("./scan/command.ts")).scanCommand,
  },
  {
    name: "codemod",
    summary: "swap the imports of supabase-js for the shim's, and nothing else",
    load: async () => (await import("./codemod/command.ts")).codemodCommand,
  },
  {
    name: "doctor",
    summary:
      "check both databases: connection, TLS, roles, row security, compat, audit; with the remedy of each",
    load: async () => (await import("./doctor/command.ts")).doctorCommand,
  },
  {
    name: "inspect",
    summary:
      "say what is in the source: tables, extensions, policies, what leans on Supabase, PHI candidates, and the plan",
    load: async () => (await import("./inspect/command.ts")).inspectCommand,
  },
  {
    name: "schema",
    summary: "write the target's schema as SQL files, policies and rights included, or make it there",
    load: async () => (await import("./schema/command.ts")).schemaCommand,
  },
  {
    name: "copy",
    summary: "copy every row, in parallel and in one snapshot; run it again and it goes on where it stopped",
    load: async () => (await import("./copy/command.ts")).copyCommand,
  },
  {
    name: "follow",
    summary:
      "apply what is written on the source since the copy, until it is stopped; run it again and it goes on",
    load: async () => (await import("./follow/command.ts")).followCommand,
  },
  {
    name: "verify",
    summary: "compare every row of both databases, and say what was compared and what was not",
    load: async () => (await import("./verify/command.ts")).verifyCommand,
  },
  {
    name: "cutover",
    summary: "the runbook as a program: stop writes, drain, compare, set sequences, and say how to switch",
    load: async () => (await import("./cutover/command.ts")).cutoverCommand,
  },
  {
    name: "rollback",
    summary:
      "open the source for writing again, with what was written on the target where cutover --reverse kept it",
    load: async () => (await import("./rollback/command.ts")).rollbackCommand,
  },
  {
    name: "migrate",
    summary:
      "bring the target up to date: Supabase's roles and functions, the audit trail, your own migrations",
    load: async () => (await import("./migrate/command.ts")).migrateCommand,
  },
  {
    name: "check",
    summary: "compare the target with your Drizzle schema, with a manifest of your migrations, or with both",
    load: async () => (await import("./check/command.ts")).checkCommand,
  },
  {
    name: "types",
    summary: "write the Database type of the target, as supabase gen types does",
    load: async () => (await import("./database-types/command.ts")).typesCommand,
  },
  {
    name: "audit",
    summary: "verify, report and seal the audit trail of the target",
    load: async () => (await import("./audit/command.ts")).auditCommands,
  },
];
