/** What one room of a package may import. A room is a folder of `src`, or a file directly in it. */
export interface Room {
  /** Rooms of the same package. */
  readonly rooms: readonly AllowedRoom[];
  /** What it may import by name: packages of the workspace, of npm, of Node. Absent: none, the room is pure. */
  readonly packages?: readonly string[];
  /** Holds types only: every import and every statement of it disappears when compiled. */
  readonly typesOnly?: true;
}

/** A room that may be imported, whole or in part. */
export interface AllowedRoom {
  readonly name: string;
  /** `types`: only through `import type`. A list: only these names. Absent: everything. */
  readonly only?: "types" | readonly string[];
}

/** The rules for the whole workspace. */
export interface LayerTable {
  /** The published packages from the bottom up: each may import those before it. */
  readonly packages: readonly string[];
  /** The rooms of the packages that have a table of their own, by package name. */
  readonly rooms: Readonly<Record<string, Readonly<Record<string, Room>>>>;
  /** Drivers that hide behind a port: the package that may import each, in one file. */
  readonly hiddenDrivers: Readonly<Record<string, string>>;
  /** Drivers that a package compares with, so that it has to use them by themselves. */
  readonly measuredDrivers: Readonly<Record<string, string>>;
}

const all = (...names: readonly string[]): AllowedRoom[] => names.map((name) => ({ name }));
const typesOf = (...names: readonly string[]): AllowedRoom[] =>
  names.map((name) => ({ name, only: "types" }));

const engine = ["errors", "request", "schema-cache", "syntax", "plan", "sql", "execute", "response"];
const run: AllowedRoom = { name: "pipeline", only: ["run"] };

/**
 * The layer table of DESIGN.md.
 *
 * `types/` is type level only, so the client may read it. `execute/` loads the schema cache, so it may name it.
 * `create-client` joins the first door to the pipeline, with the database that `target/` opens.
 */
export const layerTable: LayerTable = {
  packages: ["@offramp/db", "@offramp/audit", "@offramp/supabase-shim", "@offramp/cli"],
  hiddenDrivers: { postgres: "@offramp/db" },
  measuredDrivers: { postgres: "@offramp/tests-bench" },
  rooms: {
    "@offramp/supabase-shim": {
      errors: { rooms: [] },
      request: { rooms: all("errors") },
      "schema-cache": { rooms: all("errors") },
      syntax: { rooms: all("request", "errors") },
      identity: { rooms: all("errors"), packages: ["jose", "node:crypto"] },
      client: { rooms: [...all("request", "syntax", "errors"), ...typesOf("types", "identity"), run] },
      http: {
        rooms: [...all("request", "syntax", "response", "identity", "errors"), run],
        packages: ["node:http", "node:stream"],
      },
      plan: { rooms: all("request", "schema-cache", "errors") },
      sql: { rooms: typesOf("plan") },
      execute: {
        rooms: [...all("sql", "schema-cache", "errors"), ...typesOf("plan", "identity")],
        packages: [
          "@offramp/db",
          "@offramp/audit",
          "node:async_hooks",
          "node:crypto",
          "node:net",
          "node:timers",
        ],
      },
      generate: { rooms: all("execute", "schema-cache"), packages: ["@offramp/db"] },
      openapi: { rooms: all("execute", "schema-cache", "errors"), packages: ["@offramp/db"] },
      response: { rooms: [...all("request", "errors"), ...typesOf("execute")] },
      encryption: {
        rooms: [...all("errors"), ...typesOf("execute", "plan", "request")],
        packages: ["@offramp/db", "node:crypto"],
      },
      pipeline: {
        rooms: [...all(...engine, "encryption"), ...typesOf("identity")],
        packages: ["@offramp/db", "@offramp/audit"],
      },
      types: { rooms: [], typesOnly: true },
      target: { rooms: all("errors"), packages: ["@offramp/db"] },
      "package-root": { rooms: [] },
      compat: { rooms: all("package-root"), packages: ["@offramp/db"] },
      "open-transaction": { rooms: all("client", "errors", "execute"), packages: ["@offramp/db"] },
      "schema-snapshot": {
        rooms: all("execute"),
        packages: ["@offramp/db", "node:fs", "node:fs/promises"],
      },
      "run-call": {
        rooms: [
          ...all("errors", "execute", "request", "response", "pipeline"),
          ...typesOf("client", "identity"),
        ],
      },
      "stream-request": {
        rooms: [
          ...all("encryption", "errors", "execute", "plan", "request", "response", "pipeline", "sql"),
          ...typesOf("schema-cache"),
        ],
        packages: ["@offramp/db"],
      },
      "stream-call": {
        rooms: [...all("errors", "execute", "response", "run-call", "stream-request"), ...typesOf("client")],
      },
      "create-client": {
        rooms: [
          ...all("client", "errors", "identity", "target", "open-transaction", "pipeline", "run-call"),
          ...all("schema-snapshot", "audit-options", "stream-call"),
          ...typesOf("execute", "types"),
        ],
        packages: ["@offramp/db"],
      },
      "create-handler": {
        rooms: [
          ...all("errors", "execute", "http", "identity", "openapi", "pipeline", "request"),
          ...all("schema-cache", "audit-options"),
        ],
        packages: ["@offramp/db"],
      },
      "audit-options": { rooms: [] },
      "generate-entry": { rooms: all("generate") },
      "create-rehearsal": { rooms: all("client", "errors") },
      "rehearsal-entry": { rooms: all("create-rehearsal") },
      "http-entry": { rooms: [...all("create-handler", "http"), ...typesOf("identity", "audit-options")] },
      index: {
        rooms: [
          ...all("client", "http", "target", "compat", "schema-snapshot", "create-client"),
          ...typesOf("types", "identity", "execute", "audit-options"),
        ],
        packages: ["@offramp/db", "@offramp/audit"],
      },
    },
    "@offramp/cli": {
      "package-root": { rooms: [] },
      command: { rooms: typesOf("config", "terminal"), packages: ["commander"] },
      config: {
        rooms: [{ name: "command", only: ["UsageError"] }],
        packages: ["@offramp/audit", "@offramp/db", "jiti", "node:fs", "node:path", "node:url", "zod"],
      },
      terminal: {
        rooms: [{ name: "command", only: ["AbortedError"] }],
        packages: ["@clack/prompts", "fast-string-width", "picocolors"],
      },
      connection: {
        rooms: [{ name: "command", only: ["UsageError", "CommandContext"] }, ...typesOf("config")],
        packages: ["@offramp/db", "commander"],
      },
      "source-code": {
        rooms: [],
        packages: ["ignore", "node:fs", "node:path", "node:v8", "node:vm", "oxc-parser"],
      },
      scan: {
        rooms: [
          ...all("source-code", "terminal"),
          { name: "command", only: ["OfframpCommand", "UsageError"] },
        ],
        packages: [
          "@offramp/db",
          "@offramp/supabase-shim",
          "node:fs",
          "node:module",
          "node:path",
          "node:timers",
          "node:url",
          "oxc-parser",
          "oxc-resolver",
        ],
      },
      codemod: {
        rooms: [
          ...all("source-code", "scan"),
          { name: "command", only: ["OfframpCommand", "UsageError"] },
          ...typesOf("terminal"),
        ],
        packages: ["diff", "node:child_process", "node:fs", "node:module", "node:path", "node:util"],
      },
      follow: {
        rooms: [...all("connection", "command", "tables", "terminal"), ...typesOf("config")],
        packages: ["@offramp/db", "commander", "zod"],
      },
      doctor: {
        rooms: [
          ...all("connection", "supabase"),
          { name: "command", only: ["OfframpCommand", "UsageError"] },
          ...typesOf("terminal"),
        ],
        packages: ["@offramp/audit", "@offramp/db", "@offramp/supabase-shim"],
      },
      migrate: {
        rooms: [...all("connection"), { name: "command", only: ["OfframpCommand", "UsageError"] }],
        packages: ["@offramp/audit", "@offramp/db", "@offramp/supabase-shim", "commander"],
      },
      check: {
        rooms: [...all("config", "connection"), { name: "command", only: ["OfframpCommand", "UsageError"] }],
        packages: ["@offramp/db", "node:fs"],
      },
      "database-types": {
        rooms: [...all("connection"), { name: "command", only: ["OfframpCommand", "UsageError"] }],
        packages: ["@offramp/supabase-shim", "node:fs"],
      },
      audit: {
        rooms: [
          ...all("connection", "terminal"),
          {
            name: "command",
            only: ["CommandContext", "CommandGroup", "OfframpCommand", "Outcome", "UsageError"],
          },
          ...typesOf("config"),
        ],
        packages: ["@offramp/audit", "commander", "node:fs", "node:stream"],
      },
      cutover: {
        rooms: [
          ...all("command", "connection", "copy", "follow", "supabase", "tables", "terminal"),
          ...typesOf("config"),
        ],
        packages: ["@offramp/db", "commander", "zod"],
      },
      rollback: {
        rooms: [...all("connection", "copy", "cutover", "follow", "tables"), ...typesOf("command")],
      },
      supabase: { rooms: [] },
      phi: { rooms: [], packages: ["@offramp/db"] },
      schema: {
        rooms: [...all("command", "connection", "phi", "supabase"), ...typesOf("terminal")],
        packages: ["@offramp/db", "@offramp/supabase-shim", "commander", "node:fs", "node:path"],
      },
      inspect: {
        rooms: [...all("connection", "phi", "schema", "supabase", "terminal"), ...typesOf("command")],
        packages: ["@offramp/db", "node:dns", "node:net"],
      },
      tables: { rooms: [...all("supabase"), ...typesOf("config")], packages: ["@offramp/db", "node:crypto"] },
      copy: {
        rooms: [
          ...all("connection", "follow", "tables", "terminal"),
          ...typesOf("config"),
          { name: "command", only: ["UsageError", "CommandContext", "OfframpCommand"] },
        ],
        packages: ["@offramp/db", "commander", "zod"],
      },
      verify: {
        rooms: [
          ...all("connection", "copy", "schema", "tables", "terminal"),
          ...typesOf("config"),
          { name: "command", only: ["UsageError", "CommandContext", "OfframpCommand", "Outcome"] },
        ],
        packages: ["@offramp/db", "node:crypto", "node:fs", "zod"],
      },
      commands: {
        rooms: [
          ...all(
            "audit",
            "check",
            "codemod",
            "copy",
            "cutover",
            "database-types",
            "doctor",
            "follow",
            "inspect",
          ),
          ...all("migrate", "rollback", "scan", "schema", "verify"),
          ...typesOf("command"),
        ],
      },
      program: {
        rooms: all("command", "commands", "config", "package-root", "terminal"),
        packages: ["commander", "node:fs"],
      },
      main: { rooms: all("command", "program") },
      index: { rooms: all("config") },
    },
  },
};
