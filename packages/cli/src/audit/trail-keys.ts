import { readFile } from "node:fs/promises";

import { fileAnchor, type SigningKey, signingKey, type TrailOptions } from "@offramp/audit";
import type { Command } from "commander";

import type { CommandContext } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import type { AuditConfig } from "../config/offramp-config.ts";

/** Adds the flags that say which keys are trusted and where seals are anchored. */
export function addTrailOptions(command: Command): void {
  command
    .option(
      "--trust <id=file...>",
      "a public key that is trusted, in PEM or DER in base64 (default: audit.trusted)",
    )
    .option(
      "--anchor <file...>",
      "a file outside the database that seals are kept in (default: audit.anchors)",
    );
}

/** Adds the flags of the key that signs. */
export function addKeyOptions(command: Command): void {
  command.option(
    "--key <id=file>",
    "the private key that signs seals, in PEM (default: audit.key of offramp.config.ts)",
  );
}

/**
 * The keys and anchors of flags and configuration.
 *
 * @throws {UsageError} a flag has another form, or a file cannot be read.
 */
export async function trailOptions({ options, config }: CommandContext): Promise<TrailOptions> {
  const { audit = {} } = config;
  const trusted = pairs(options["trust"]) ?? audit.trusted ?? {};
  const anchors = list(options["anchor"]) ?? audit.anchors ?? [];
  const key = await signer(options["key"], audit.key);
  return {
    ...(key !== undefined && { key }),
    trusted: await Promise.all(
      Object.entries(trusted).map(async ([id, file]) => ({ id, publicKey: await readKey(file) })),
    ),
    anchors: anchors.map((anchor) => (typeof anchor === "string" ? fileAnchor(anchor) : anchor)),
  };
}

async function signer(flag: unknown, configured: AuditConfig["key"]): Promise<SigningKey | undefined> {
  const [given] = Object.entries(pairs(typeof flag === "string" ? [flag] : undefined) ?? {});
  if (given !== undefined) return signingKey(given[0], await readKey(given[1]));
  if (typeof configured === "function") return configured();
  return configured === undefined ? undefined : signingKey(configured.id, await readKey(configured.file));
}

function pairs(given: unknown): Record<string, string> | undefined {
  const texts = list(given);
  if (texts === undefined) return undefined;
  return Object.fromEntries(
    texts.map((text) => {
      const [, id, file] = /^([^=\s]+)=(.+)$/.exec(text) ?? [];
      if (id === undefined || file === undefined)
        throw new UsageError(
          `A key is given as its id and its file, such as seal-2026=seal-key.pub, not as ${text}.`,
        );
      return [id, file];
    }),
  );
}

function list(given: unknown): string[] | undefined {
  return Array.isArray(given) ? given.map(String) : undefined;
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`The key cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
