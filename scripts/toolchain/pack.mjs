import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { pnpm } from "./pnpm.mjs";
import { root } from "./root.mjs";

/**
 * Packs every published package as it would be uploaded: `workspace:` and `catalog:` become versions.
 *
 * @param {string} destination folder for the tarballs
 * @returns {Promise<{ name: string, version: string, tarball: string }[]>}
 */
export async function packPackages(destination) {
  const { code, output } = await pnpm(
    ["--recursive", "--filter", "./packages/*", "pack", "--pack-destination", destination],
    { quiet: true },
  );
  if (code !== 0) throw new Error(`pnpm pack failed with code ${code}:\n${output}`);
  return readdirSync(join(root, "packages")).map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
    /** @type {{ name: string, version: string }} */
    const { name, version } = manifest;
    const file = `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
    return { name, version, tarball: join(destination, file) };
  });
}
