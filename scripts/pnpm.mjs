// Runs the pnpm version of this repository: `node scripts/pnpm.mjs <arguments>`.
import { pnpm } from "./toolchain/pnpm.mjs";

const { code } = await pnpm(process.argv.slice(2));
process.exitCode = code;
