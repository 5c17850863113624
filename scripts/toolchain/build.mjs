import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { duration } from "./duration.mjs";
import { developmentEnvironment } from "./pnpm.mjs";
import { cacheFolder, developmentNode, root } from "./root.mjs";
import { runProcess } from "./run-process.mjs";
import { SetUpError } from "./set-up-error.mjs";

const ignored = new Set(["node_modules", "dist", "test", "CHANGELOG.md", "README.md"]);

/** Builds every package whose sources changed since its last build. */
export async function build() {
  const stale = packageFolders().filter((folder) => !isBuilt(folder));
  if (stale.length === 0) return;
  const started = performance.now();
  const names = stale.map((folder) => manifest(folder).name);
  console.log(`Building ${names.join(", ")} …`);
  await Promise.all(stale.map(buildPackage));
  console.log(`Built in ${duration(performance.now() - started)}.`);
}

function packageFolders() {
  const packages = join(root, "packages");
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .filter((folder) => existsSync(join(folder, "tsdown.config.ts")));
}

/**
 * Builds beside `dist` and then takes its place: whoever reads the last build meanwhile finds it whole.
 *
 * @param {string} folder
 */
async function buildPackage(folder) {
  const fresh = join(folder, `.dist-${process.pid}`);
  const old = join(folder, `.dist-${process.pid}-old`);
  try {
    const fingerprint = await compile(folder, fresh);
    if (existsSync(join(folder, "dist"))) renameSync(join(folder, "dist"), old);
    renameSync(fresh, join(folder, "dist"));
    const stamp = stampOf(folder);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, fingerprint);
  } finally {
    for (const path of [fresh, old]) rmSync(path, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {string} destination @returns {Promise<string>} the fingerprint of what was built */
async function compile(folder, destination) {
  const { name } = manifest(folder);
  // Taken before the build: what is edited while it runs is built the next time.
  const fingerprint = fingerprintOf(folder);
  const tsdown = join(root, "node_modules", "tsdown", "dist", "run.mjs");
  const { code, output, interrupted } = await runProcess(
    developmentNode,
    [tsdown, "--out-dir", destination],
    {
      cwd: folder,
      env: developmentEnvironment(),
      quiet: true,
    },
  );
  if (interrupted) {
    throw new SetUpError("Stopped while building.", {
      reason: "Run it again to go on.",
      remedy: "",
      exitCode: code,
    });
  }
  if (code !== 0) {
    throw new SetUpError(`Building ${name} failed (tsdown ended with code ${code}).`, {
      reason: output,
      remedy: "mend the source that the lines above name and run the command again.",
    });
  }
  const missing = promisedFiles(folder).filter((file) => !existsSync(join(destination, file)));
  if (missing.length > 0) {
    throw new SetUpError(`Building ${name} left out files that its package.json promises.`, {
      reason: missing.join("\n"),
      remedy: "compare `exports` in its package.json with `entry` in its tsdown.config.ts.",
    });
  }
  return fingerprint;
}

/** @param {string} folder */
function isBuilt(folder) {
  const stamp = stampOf(folder);
  if (!existsSync(stamp)) return false;
  if (promisedFiles(folder).some((file) => !existsSync(join(folder, "dist", file)))) return false;
  return readFileSync(stamp, "utf8") === fingerprintOf(folder);
}

/** @param {string} folder */
function stampOf(folder) {
  return join(cacheFolder, "build", manifest(folder).name.replace("/", "__"));
}

/** @param {string} folder @returns {{ name: string, exports: unknown }} */
function manifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** The files of `dist` that the package's `exports` name. @param {string} folder */
function promisedFiles(folder) {
  const named = JSON.stringify(manifest(folder).exports).matchAll(/\.\/dist\/([^"]+)/g);
  return [...new Set(Array.from(named, ([, file = ""]) => file))];
}

/** A hash of everything that goes into a package's build. @param {string} folder */
function fingerprintOf(folder) {
  const hash = createHash("sha256");
  for (const file of [
    ...filesUnder(folder),
    join(root, "tsconfig.base.json"),
    join(root, "pnpm-lock.yaml"),
  ]) {
    hash.update(file).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** @param {string} folder @returns {string[]} */
function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !ignored.has(entry.name) && !entry.name.startsWith("."))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
}
