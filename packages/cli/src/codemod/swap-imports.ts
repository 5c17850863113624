import { type ModuleReference, moduleReferences } from "../source-code/module-references.ts";
import { parseSource } from "../source-code/parse-source.ts";
import { placesOf, type TextPlace } from "../source-code/text-place.ts";
import { shimExports } from "../scan/shim-exports.ts";
import { namesPackage, SHIM, SUPABASE_JS, supabasePackage } from "../scan/supabase-package.ts";
import type { Edit } from "./edit.ts";
import { splitImport } from "./split-import.ts";

/** A place that names supabase-js and was left as it is. */
export interface LeftPlace extends TextPlace {
  readonly reason: string;
}

/** What becomes of a text. */
export interface SwappedText {
  readonly text: string;
  /** How many places name the shim now. */
  readonly swapped: number;
  /** The text still needs supabase-js: for a name that the shim does not have. */
  readonly split: number;
  readonly left: readonly LeftPlace[];
}

/**
 * Swaps the module name of every import, export, `require`, dynamic import and type import of supabase-js; every other
 * character stays. Names that the shim does not have are kept in an import of their own.
 *
 * @throws {SyntaxError} the text cannot be parsed.
 */
export function swapImports(path: string, text: string): SwappedText {
  if (!namesPackage(text)) return { text, swapped: 0, split: 0, left: [] };
  const parsed = parseSource(path, text);
  if (!parsed.ok) throw new SyntaxError(parsed.message);
  const placeOf = placesOf(text);
  const edits: Edit[] = [];
  const left: LeftPlace[] = [];
  let swapped = 0;
  let split = 0;
  for (const reference of moduleReferences(parsed.program())) {
    if (supabasePackage(reference.specifier) !== SUPABASE_JS) continue;
    const reason = reasonToLeave(reference);
    const missing = missingNames(reference);
    if (reason !== undefined) left.push({ ...placeOf(reference.node.start), reason });
    else if (missing.length === 0) edits.push(newSource(reference, text));
    else if (reference.kind === "import" && missing.length < reference.names.length) {
      edits.push(newSource(reference, text), ...splitImport(reference, { text, missing }));
      split += 1;
    } else left.push({ ...placeOf(reference.node.start), reason: `the shim has no ${missing.join(", ")}` });
    if (reason === undefined && missing.length < Math.max(1, reference.names.length)) swapped += 1;
  }
  return { text: applied(text, edits), swapped, split, left };
}

function reasonToLeave({ kind, specifier }: ModuleReference): string | undefined {
  if (kind === "mock") return "a test replaces the module by this name";
  if (kind === "augmentation") return "types are added to the module by this name";
  return /^(?:npm:)?@supabase\//.test(specifier) ? undefined : "it is imported by an address";
}

function missingNames({ names }: ModuleReference): string[] {
  return names.map(({ name }) => name).filter((name) => name !== "*" && !shimExports().has(name));
}

/** The new name between the quotes that are there. A version and `npm:` are Deno's; the shim's is its own. */
function newSource({ source, specifier }: ModuleReference, text: string): Edit {
  const quote = text[source.start] ?? '"';
  const prefix = specifier.startsWith("npm:") ? "npm:" : "";
  return { start: source.start, end: source.end, text: `${quote}${prefix}${SHIM}${quote}` };
}

function applied(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
