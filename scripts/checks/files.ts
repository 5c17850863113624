import { root } from "../toolchain/root.mjs";
import { checkFileSizes } from "./file-size.ts";
import { checkNames } from "./names.ts";

const sizes = checkFileSizes(root);
const names = checkNames(root);
const violations = [...sizes.violations, ...names.violations];
for (const violation of violations) console.log(violation);
console.log(
  `${sizes.filesRead} files measured, ${names.entriesRead} names read, ${violations.length} violations`,
);
process.exitCode = violations.length > 0 ? 1 : 0;
