/**
 * How grave a result is, in SARIF's words.
 *
 * @example
 * import type { SarifLevel } from "@offramp/db/conformance";
 *
 * const level: SarifLevel = "warning";
 * console.log(level);
 */
export type SarifLevel = "error" | "warning" | "note" | "none";

/**
 * One result, in a file or on an object of a database.
 *
 * @example
 * import type { SarifResult } from "@offramp/db/conformance";
 *
 * const result: SarifResult = {
 *   ruleId: "name/case",
 *   level: "warning",
 *   text: "Profiles is not in lower case.",
 *   file: { path: "src/tables.ts", line: 3, column: 14 },
 *   fingerprint: "src/tables.ts: Profiles",
 * };
 * console.log(result);
 */
export interface SarifResult {
  readonly ruleId: string;
  readonly level: SarifLevel;
  readonly text: string;
  /** `path` is relative to the log's `baseUri`, with `/`; line and column count from 1. */
  readonly file?: { readonly path: string; readonly line: number; readonly column: number };
  readonly object?: { readonly name: string; readonly fullyQualifiedName: string; readonly kind: string };
  /** The same for the same finding in a later run. */
  readonly fingerprint: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/**
 * One run of one tool.
 *
 * @example
 * import { renderSarifLog, type SarifLog } from "@offramp/db/conformance";
 *
 * const log: SarifLog = {
 *   name: "check-names",
 *   informationUri: "https://example.com/check-names",
 *   rules: [],
 *   complete: true,
 *   notifications: [],
 *   results: [],
 * };
 * console.log(renderSarifLog(log));
 */
export interface SarifLog {
  readonly name: string;
  readonly informationUri: string;
  /** What paths are relative to: a `file:` URL that ends in `/`. */
  readonly baseUri?: string;
  readonly rules: readonly {
    readonly id: string;
    readonly text: string;
    readonly help?: string;
    readonly level: SarifLevel;
  }[];
  /** False where a part could not be looked at. */
  readonly complete: boolean;
  readonly notifications: readonly { readonly level: SarifLevel; readonly text: string }[];
  readonly results: readonly SarifResult[];
}

/**
 * A run in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0), which code scanning services read.
 *
 * @example
 * import { renderSarifLog } from "@offramp/db/conformance";
 *
 * console.log(
 *   renderSarifLog({
 *     name: "check-names",
 *     informationUri: "https://example.com/check-names",
 *     rules: [{ id: "name/case", text: "A name is not in lower case.", level: "warning" }],
 *     complete: true,
 *     notifications: [],
 *     results: [{ ruleId: "name/case", level: "warning", text: "Profiles", fingerprint: "Profiles" }],
 *   }),
 * );
 */
export function renderSarifLog(log: SarifLog): string {
  const whole = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: log.name,
            informationUri: log.informationUri,
            rules: log.rules.map(({ id, text, help, level }) => ({
              id,
              shortDescription: { text },
              ...(help === undefined ? {} : { help: { text: help } }),
              defaultConfiguration: { level },
            })),
          },
        },
        ...(log.baseUri === undefined ? {} : { originalUriBaseIds: { ROOT: { uri: log.baseUri } } }),
        // A part that could not be looked at is told, so that silence is not taken for agreement.
        invocations: [
          {
            executionSuccessful: log.complete,
            toolExecutionNotifications: log.notifications.map(({ level, text }) => ({
              level,
              message: { text },
            })),
          },
        ],
        results: log.results.map((result) => ({
          ruleId: result.ruleId,
          ruleIndex: log.rules.findIndex(({ id }) => id === result.ruleId),
          level: result.level,
          message: { text: result.text },
          locations: [locationOf(result)],
          partialFingerprints: { "object/v1": result.fingerprint },
          ...(result.properties === undefined ? {} : { properties: result.properties }),
        })),
      },
    ],
  };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

function locationOf({ file, object }: SarifResult): object {
  return {
    ...(file === undefined
      ? {}
      : {
          physicalLocation: {
            artifactLocation: {
              uri: file.path.split("/").map(encodeURIComponent).join("/"),
              uriBaseId: "ROOT",
            },
            region: { startLine: file.line, startColumn: file.column },
          },
        }),
    ...(object === undefined ? {} : { logicalLocations: [object] }),
  };
}
