import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { packPackages } from "../toolchain/pack.mjs";
import { developmentNode, root } from "../toolchain/root.mjs";
import { runProcess } from "../toolchain/run-process.mjs";

/**
 * What is uploaded is what is checked: publint and attw look at the packed tarballs. attw's profile "node16"
 * leaves out the module resolution of Node 10, which knows no `exports`; the packages need Node 20.
 */
const tools = [
  { name: "publint", script: "publint/src/cli.js", args: (tarball: string) => ["run", tarball, "--strict"] },
  {
    name: "attw",
    script: "@arethetypeswrong/cli/dist/index.js",
    args: (tarball: string) => [tarball, "--profile", "node16", "--format", "ascii"],
  },
];

const folder = mkdtempSync(join(tmpdir(), "offramp-packed-"));
try {
  const packed = await packPackages(folder);
  for (const { name, tarball } of packed) {
    for (const tool of tools) {
      const script = join(root, "node_modules", tool.script);
      const { code, output } = await runProcess(developmentNode, [script, ...tool.args(tarball)], {
        quiet: true,
      });
      console.log(`${name}: ${tool.name} ${code === 0 ? "finds nothing" : "finds problems"}`);
      if (code === 0) continue;
      console.log(output.trimEnd());
      process.exitCode = 1;
    }
  }
  if (packed.length === 0) throw new Error("No package was packed.");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
