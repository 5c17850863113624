import { statSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/* What a process loads with one entry point, as LoadedModule of arm.ts. Arguments: the entry point, and `import` or `require`. */
const [entry = "", kind = "import"] = process.argv.slice(2);
const loaded = new Map();
registerHooks({
  load(url, context, next) {
    if (url.startsWith("file:")) loaded.set(url, statSync(fileURLToPath(url)).size);
    return next(url, context);
  },
});
if (kind === "require") createRequire(import.meta.url)(entry);
else await import(entry);
console.log(JSON.stringify([...loaded].map(([url, bytes]) => ({ url, bytes }))));
