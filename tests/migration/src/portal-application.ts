import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));

/** An application that was written for supabase-js and the project of {@link supabaseSource}, in a folder of its own. */
export interface PortalApplication {
  /** What `offramp scan` and `offramp codemod` are given. */
  readonly folder: string;
  /** Where its `Database` type is expected, as `offramp types` writes it. */
  readonly types: string;
  /** The text of the application as it is now. */
  text(): Promise<string>;
  /** Compiles it with the packages that it imports; what the compiler says about it, a line each. */
  compile(): Promise<readonly string[]>;
  /** Runs what was compiled for one patient, with nothing but the environment that the cut-over prints. */
  answers(databaseUrl: string, patient: string): Promise<unknown>;
  remove(): Promise<void>;
}

/** Copies the application to where `@supabase/supabase-js` and `@offramp/supabase-shim` are both installed. */
export async function installPortal(): Promise<PortalApplication> {
  const folder = await mkdtemp(join(here, "portal-"));
  const script = join(folder, "portal.ts");
  await copyFile(join(here, "application", "portal.ts"), script);
  const settings = {
    extends: "../../../tsconfig.base.json",
    compilerOptions: {
      // As an installation finds the packages: built, and by their declarations.
      customConditions: [],
      noEmit: false,
      outDir: "dist",
      rewriteRelativeImportExtensions: true,
      declaration: false,
      isolatedDeclarations: false,
    },
    include: ["portal.ts"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
  return {
    folder,
    types: join(folder, "database.types.ts"),
    text: () => readFile(script, "utf8"),
    async compile() {
      try {
        await run(process.execPath, [compiler, "-p", folder, "--pretty", "false"]);
        return [];
      } catch (error) {
        if (error instanceof Error && "stdout" in error) return String(error.stdout).trim().split("\n");
        throw error;
      }
    },
    async answers(databaseUrl, patient) {
      const { stdout } = await run(process.execPath, [join(folder, "dist", "portal.js"), patient], {
        env: {
          PATH: process.env["PATH"],
          SUPABASE_URL: "https://clinic.supabase.co",
          SUPABASE_ANON_KEY: keyOf("anon"),
          SUPABASE_SERVICE_ROLE_KEY: keyOf("service_role"),
          DATABASE_URL: databaseUrl,
        },
      });
      return JSON.parse(stdout) as unknown;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A project's key as Supabase gives it out; nobody verifies its signature here. */
function keyOf(role: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256", typ: "JWT" })}.${part({ iss: "supabase", ref: "clinic", role })}.${part("signature")}`;
}
