// The command of a one-off task, in the subnets and with the security group of the service:
//   aws ecs run-task --task-definition migrate --launch-type FARGATE --network-configuration …
// DATABASE_SECRET_ID, or DATABASE_URL from the task definition's `secrets`, says where the database is.
// It exits with 0 when the database is up to date and with 1 when it is not: deploy the service after it.
import { migrateFromEnvironment } from "@offramp/db";
import { sources } from "./sources.ts";

await migrateFromEnvironment(sources);
