import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

import type { Program } from "oxc-parser";
import { ResolverFactory } from "oxc-resolver";

import type { NamedImport } from "../source-code/named-imports.ts";
import { parseSource } from "../source-code/parse-source.ts";
import { readScopes } from "./file-scopes.ts";
import { handedOn } from "./handed-on.ts";
import { either, leadsToClient, type Meaning, sameMeaning, UNKNOWN } from "./meaning.ts";
import { MeaningReader } from "./read-meaning.ts";
import { supabasePackage } from "./supabase-package.ts";

/** A file with its tree. */
export interface OpenFile {
  readonly text: string;
  readonly program: Program;
  readonly reader: MeaningReader;
}

/** Trees that are kept at once, in characters of their texts: what a file imports is often imported again. */
const KEPT_CHARACTERS = 300_000;

/** What is known of a file without its tree. */
export interface KnownFile {
  readonly imports: readonly NamedImport[];
  /** Its text reads as if it could use a client. */
  readonly mentions: boolean;
}

/** The files of an application: who imports whom, what they export, what their functions are given. */
export class Project {
  readonly #folder: string;
  readonly #files = new Map<string, KnownFile>();
  readonly #leading = new Map<string, boolean>();
  readonly #open = new Map<string, OpenFile>();
  #characters = 0;
  readonly #exports = new Map<string, Meaning>();
  readonly #reading = new Set<string>();
  readonly #parameters = new Map<string, Meaning>();
  readonly #resolver = new ResolverFactory({
    extensions: [
      ".ts",
      ".tsx",
      ".mts",
      ".cts",
      ".d.ts",
      ".js",
      ".jsx",
      ".mjs",
      ".cjs",
      ".vue",
      ".svelte",
      ".json",
    ],
    extensionAlias: {
      ".js": [".ts", ".tsx", ".js", ".jsx"],
      ".mjs": [".mts", ".mjs"],
      ".cjs": [".cts", ".cjs"],
    },
    conditionNames: ["types", "import", "node", "default"],
    mainFields: ["types", "module", "main"],
    tsconfig: "auto",
  });

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes in a file that was read. */
  add(file: string, known: KnownFile): void {
    this.#files.set(file, known);
  }

  /** All files, those that are imported before those that import them: what a file needs is then known already. */
  inOrder(): string[] {
    const found: string[] = [];
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const { from } of this.#files.get(file)?.imports ?? []) {
        const other = this.#resolve(file, from);
        if (other !== undefined) visit(other);
      }
      found.push(file);
    };
    for (const file of this.#files.keys()) visit(file);
    return found;
  }

  /** Whether anything in a file can lead to a client. Needs the tree of a file only where that mentions one. */
  leads(file: string): boolean {
    const known = this.#leading.get(file);
    if (known !== undefined) return known;
    // Files that import each other in a circle: the first of them decides.
    this.#leading.set(file, false);
    const { mentions, imports } = this.#files.get(file) ?? { mentions: false, imports: [] };
    const leads = mentions || imports.some(({ from, name }) => this.#importLeads(file, from, name));
    this.#leading.set(file, leads);
    return leads;
  }

  #importLeads(file: string, from: string, name: string): boolean {
    const other = this.#resolve(file, from);
    return other !== undefined && this.leads(other) && leadsToClient(this.#exported(other, name));
  }

  /** Keeps what a file exports, while its tree is at hand. */
  keepExports(file: string): void {
    for (const name of this.#open.get(file)?.reader.scopes.exports.keys() ?? []) this.#exported(file, name);
  }

  /** The tree of a file; undefined where it cannot be had, which was reported when it was read first. */
  open(file: string): OpenFile | undefined {
    const known = this.#open.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(join(this.#folder, file), "utf8");
    const parsed = parseSource(file, text);
    if (!parsed.ok) return undefined;
    const program = parsed.program();
    const reader = new MeaningReader(readScopes(program), {
      file,
      imported: (from, name) => this.#imported(file, from, name),
      parameter: (start, index) => this.#parameters.get(key(file, start, index)) ?? UNKNOWN,
    });
    const opened: OpenFile = { text, program, reader };
    this.#open.set(file, opened);
    this.#characters += text.length;
    for (const [other, { text: kept }] of this.#open) {
      if (this.#characters <= KEPT_CHARACTERS || other === file) break;
      this.#open.delete(other);
      this.#characters -= kept.length;
    }
    return opened;
  }

  /** Notes what a file gives to functions, its own and others'. Returns the files whose functions were given something new. */
  learn(file: string): ReadonlySet<string> {
    const changed = new Set<string>();
    const opened = this.open(file);
    if (opened === undefined) return changed;
    for (let round = 0; round < 4; round += 1) {
      let own = false;
      for (const { to, index, meaning } of handedOn(opened.reader)) {
        const at = key(to.file, to.start, index);
        const before = this.#parameters.get(at) ?? UNKNOWN;
        const now = either(before, meaning);
        if (sameMeaning(before, now)) continue;
        this.#parameters.set(at, now);
        own ||= to.file === file;
        changed.add(to.file);
      }
      if (!own) break;
      opened.reader.again();
    }
    return changed;
  }

  /** These files and all that import them, directly or through others. */
  affectedBy(files: ReadonlySet<string>): ReadonlySet<string> {
    const importers = this.#importers();
    const affected = new Set(files);
    for (const file of affected) for (const importer of importers.get(file) ?? []) affected.add(importer);
    return affected;
  }

  /** Lets go of what was found with less knowledge. */
  forget(): void {
    this.#exports.clear();
    this.#open.clear();
    this.#characters = 0;
  }

  #imported(file: string, from: string, name: string): Meaning {
    const external = supabasePackage(from);
    if (external !== undefined) return { kind: "external", from: external, name };
    const other = this.#resolve(file, from);
    return other === undefined ? UNKNOWN : this.#exported(other, name);
  }

  #exported(file: string, name: string): Meaning {
    const at = `${file} ${name}`;
    const known = this.#exports.get(at);
    if (known !== undefined) return known;
    if (this.#reading.has(at)) return UNKNOWN;
    this.#reading.add(at);
    const meaning = this.#readExport(file, name);
    this.#reading.delete(at);
    this.#exports.set(at, meaning);
    return meaning;
  }

  #readExport(file: string, name: string): Meaning {
    const reader = this.open(file)?.reader;
    if (reader === undefined) return UNKNOWN;
    const { exports, exportsAll } = reader.scopes;
    if (name === "*") {
      const fields = new Map([...exports.keys()].map((each) => [each, reader.exported(each)] as const));
      const own: Meaning = { kind: "object", fields };
      const whole = exportsAll.map((from) => this.#imported(file, from, "*")).reduce(either, own);
      // `require` of a module that exports one thing gives that thing.
      const main = fields.get("default");
      return main === undefined || main.kind === "unknown"
        ? whole
        : either(whole, main.kind === "object" ? main : whole);
    }
    if (exports.has(name)) return reader.exported(name);
    return (
      exportsAll.map((from) => this.#imported(file, from, name)).find(({ kind }) => kind !== "unknown") ??
      UNKNOWN
    );
  }

  #resolve(file: string, from: string): string | undefined {
    const { path } = this.#resolver.resolveFileSync(join(this.#folder, file), from);
    if (path === undefined) return undefined;
    const found = relative(this.#folder, path).replaceAll("\\", "/");
    return this.#files.has(found) ? found : undefined;
  }

  #importers(): Map<string, string[]> {
    const importers = new Map<string, string[]>();
    for (const [file, { imports }] of this.#files) {
      for (const from of new Set(imports.map((each) => each.from))) {
        const other = this.#resolve(file, from);
        if (other !== undefined) importers.set(other, [...(importers.get(other) ?? []), file]);
      }
    }
    return importers;
  }
}

function key(file: string, start: number, index: number): string {
  return `${file} ${start} ${index}`;
}
