import { basename, join, relative } from "node:path";

import { entriesUnder, packageFolders } from "./source-files.ts";

/** Names that say what kind of thing a file is and not what it is about. */
const emptyNames = /^(utils?|helpers?|common|types?|misc|shared|lib)$/i;

/** The one room that DESIGN.md gives such a name: everything in it is on the type level. */
const allowed = new Set(["packages/supabase-shim/src/types/"]);

/** The files and folders whose names tell a newcomer nothing, one line each. */
export function checkNames(root: string): { violations: string[]; entriesRead: number } {
  const entries = [...packageFolders(root), join(root, "scripts")].flatMap(entriesUnder);
  const violations = entries
    .map((path) => relative(root, path) + (path.endsWith("/") ? "/" : ""))
    .filter((path) => emptyNames.test(basename(path).replace(/\..*$/, "")) && !allowed.has(path))
    .map((path) => `${path}  name it after the one concept that it holds`);
  if (entries.length === 0) violations.push("no file was read");
  return { violations, entriesRead: entries.length };
}
