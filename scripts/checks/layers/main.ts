import { root } from "../../toolchain/root.mjs";
import { checkLayers } from "./check-layers.ts";
import { layerTable } from "./layer-table.ts";

const { violations, filesRead, importsRead } = checkLayers(root, layerTable);
for (const violation of violations) console.log(violation);
console.log(`${filesRead} files, ${importsRead} imports read, ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;
