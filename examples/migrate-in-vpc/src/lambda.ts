// A function with the VPC settings of the service, invoked by the deployment; give it the longest timeout (15 min).
// Its answer is the report, and a failure fails the invocation. When Lambda ends it in the middle of a migration,
// PostgreSQL rolls that one back.
import { migrateFromEnvironment, type MigrationReport } from "@offramp/db";
import { sources } from "./sources.ts";

export const handler = (): Promise<MigrationReport> => migrateFromEnvironment(sources);
