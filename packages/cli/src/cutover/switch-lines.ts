import type { ConnectionSettings } from "../config/connection-config.ts";

/** What the application is given to find its new database; a password is never among it. */
export function switchLines(target: ConnectionSettings, description: string): readonly string[] {
  const variable =
    target.secretId === undefined
      ? `DATABASE_URL=${withoutPassword(target, description)}`
      : `DATABASE_SECRET_ID=${target.secretId}`;
  const [name = ""] = variable.split("=");
  return [
    "Environment:",
    `  ${variable}`,
    "ECS, after a new revision of the task definition with it:",
    "  aws ecs update-service --cluster CLUSTER --service SERVICE --task-definition TASK --force-new-deployment",
    "Lambda:",
    `  aws lambda update-function-configuration --function-name FUNCTION --environment "Variables={${variable}}"`,
    `Keep the other variables of the function: this sets ${name} and replaces the rest.`,
  ];
}

function withoutPassword(target: ConnectionSettings, description: string): string {
  if (target.url !== undefined) {
    const url = new URL(target.url);
    if (url.password !== "") url.password = "PASSWORD";
    return url.href;
  }
  const [place = "", user = ""] = description.split(" as ");
  return `postgres://${user}:PASSWORD@${place}`;
}
