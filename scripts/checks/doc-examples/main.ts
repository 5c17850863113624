import { root } from "../../toolchain/root.mjs";
import { checkDocExamples } from "./check-doc-examples.ts";

const { violations, symbolsRead, examplesCompiled } = await checkDocExamples(root);
for (const violation of violations) console.log(violation);
console.log(
  `${symbolsRead} exported symbols, ${examplesCompiled} examples compiled, ${violations.length} violations`,
);
process.exitCode = violations.length > 0 ? 1 : 0;
