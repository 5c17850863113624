import type { EcmaScriptModule } from "oxc-parser";

/** A name that a file takes from a module: `*` for all of it, `default` for its default export. */
export interface NamedImport {
  readonly from: string;
  readonly name: string;
}

/** What a file takes from others, found without its tree. */
export function namedImports(module: EcmaScriptModule, text: string): NamedImport[] {
  const found: NamedImport[] = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    for (const { importName } of entries)
      found.push({
        from: moduleRequest.value,
        name: importName.name ?? (isDefault(importName) ? "default" : "*"),
      });
    if (entries.length === 0) found.push({ from: moduleRequest.value, name: "*" });
  }
  for (const { entries } of module.staticExports)
    for (const { moduleRequest, importName } of entries)
      if (moduleRequest !== null) found.push({ from: moduleRequest.value, name: importName.name ?? "*" });
  for (const { moduleRequest } of module.dynamicImports) {
    const written = /^(['"`])(.*)\1$/s.exec(text.slice(moduleRequest.start, moduleRequest.end));
    if (written !== null) found.push({ from: written[2] ?? "", name: "*" });
  }
  for (const [, , from = ""] of text.matchAll(/\brequire\s*\(\s*(['"])([^'"\n]+)\1/g))
    found.push({ from, name: "*" });
  return found;
}

function isDefault({ kind }: { readonly kind: string }): boolean {
  return kind === "Default";
}
