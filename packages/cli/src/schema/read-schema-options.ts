import type { Database } from "@offramp/db";
import type { Command } from "commander";

import { UsageError } from "../command/usage-error.ts";
import type { SchemaOptions, UsersPlan } from "./schema-options.ts";

/** Adds the flags that say how the target's schema differs; `schema` and `verify` take the same. */
export function addSchemaOptions(command: Command): void {
  command
    .option(
      "--users <plan>",
      "references into auth.users: slim, drop, or SCHEMA.TABLE.COLUMN of your own",
      "slim",
    )
    .option("--without-rls", "leave policies and row level security behind", false)
    .option("--gen-random-uuid", "let gen_random_uuid() take the place of uuid_generate_v4()", false)
    .option(
      "--extensions-schema <name>",
      "the schema for extensions and the calls of their functions",
      "extensions",
    );
}

/**
 * The flags, validated.
 *
 * @throws {UsageError} `--users` is none of its forms.
 */
export function readSchemaOptions(flags: Readonly<Record<string, unknown>>): SchemaOptions {
  return {
    users: usersPlan(String(flags["users"] ?? "slim")),
    withoutRls: flags["withoutRls"] === true,
    genRandomUuid: flags["genRandomUuid"] === true,
    extensionsSchema: String(flags["extensionsSchema"] ?? "extensions"),
  };
}

/** With what the target itself says that it can have, where there is one. */
export async function withAvailable(
  options: SchemaOptions,
  target: Database | undefined,
): Promise<SchemaOptions> {
  if (target === undefined) return options;
  const rows = await target.query({ text: "select name from pg_available_extensions" });
  return { ...options, available: new Set(rows.map(({ name }) => name ?? "")) };
}

function usersPlan(text: string): UsersPlan {
  if (text === "slim" || text === "drop") return { kind: text };
  const [schema, name, column, more] = text.split(".");
  if (!schema || !name || !column || more !== undefined)
    throw new UsageError(`--users: "${text}" is neither slim, nor drop, nor SCHEMA.TABLE.COLUMN.`);
  return { kind: "table", schema, name, column };
}
