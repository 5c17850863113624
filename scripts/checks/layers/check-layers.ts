import { relative } from "node:path";

import { findCycles } from "./find-cycles.ts";
import type { LayerTable, Room } from "./layer-table.ts";
import type { ImportSite } from "./read-imports.ts";
import {
  packageOf,
  readWorkspace,
  resolveRelative,
  type WorkspaceFile,
  type WorkspacePackage,
} from "./workspace.ts";

/** What was read and what breaks a rule. */
export interface LayerReport {
  /** One line each: `file:line  what is wrong`. Empty when the house stands. */
  readonly violations: readonly string[];
  readonly filesRead: number;
  readonly importsRead: number;
}

/**
 * Checks every import of the workspace against the layer table.
 *
 * Reading nothing is a violation of its own: a check that sees no files would otherwise report success for ever.
 */
export function checkLayers(root: string, table: LayerTable): LayerReport {
  const { packages, files } = readWorkspace(root);
  const check = new LayerCheck(root, table, packages);
  for (const file of files) check.checkFile(file);
  check.checkCircles(files);
  check.checkThatSomethingWasRead(files);
  return {
    violations: check.violations,
    filesRead: files.length,
    importsRead: files.reduce((count, file) => count + file.imports.length, 0),
  };
}

class LayerCheck {
  readonly violations: string[] = [];
  readonly #root: string;
  readonly #table: LayerTable;
  readonly #packages: readonly WorkspacePackage[];
  /** The first file that imports each hidden driver. */
  readonly #driverFiles = new Map<string, string>();

  constructor(root: string, table: LayerTable, packages: readonly WorkspacePackage[]) {
    this.#root = root;
    this.#table = table;
    this.#packages = packages;
  }

  checkFile(file: WorkspaceFile): void {
    const rooms = this.#table.rooms[file.package.name];
    const room = file.room === undefined ? undefined : rooms?.[file.room];
    if (rooms && file.room !== undefined && !room) {
      this.#report(
        file,
        1,
        `the layer table has no room "${file.room}": move the file or extend DESIGN.md and the table`,
      );
    }
    if (room?.typesOnly && file.hasRuntimeCode) {
      this.#report(file, 1, `"${file.room}" holds types only, but this file has code that runs`);
    }
    for (const site of file.imports) {
      if (site.specifier === undefined) {
        if (!room) continue;
        this.#report(file, site.line, "the imported module is computed; name it, so that it can be checked");
      } else if (/^\.\.?(\/|$)/.test(site.specifier)) {
        this.#checkRelative({ file, site, specifier: site.specifier, room });
      } else {
        this.#checkPackage({ file, site, specifier: site.specifier, room });
      }
    }
  }

  checkCircles(files: readonly WorkspaceFile[]): void {
    const edges = new Map(
      files.map((file) => [
        file.path,
        file.imports.flatMap((site) => resolveRelative(file.path, site.specifier ?? "") ?? []),
      ]),
    );
    for (const circle of findCycles(edges)) {
      const names = circle.map((path) => this.#short(path));
      this.violations.push(`${[...names, names[0]].join(" -> ")}  files import each other in a circle`);
    }
  }

  checkThatSomethingWasRead(files: readonly WorkspaceFile[]): void {
    for (const owner of this.#packages.filter(({ published }) => published)) {
      const own = files.filter((file) => file.package === owner && file.room !== undefined);
      if (own.length === 0) this.violations.push(`${this.#short(owner.folder)}/src  no source file was read`);
      if (!this.#table.packages.includes(owner.name)) {
        this.violations.push(`${this.#short(owner.folder)}  the layer table has no package "${owner.name}"`);
      }
    }
    if (this.#packages.length === 0) this.violations.push("packages/  no package was found");
    if (files.every((file) => file.imports.length === 0))
      this.violations.push("packages/  not a single import was read");
  }

  #checkRelative({ file, site, specifier, room }: Site): void {
    const target = resolveRelative(file.path, specifier);
    if (!target) {
      this.#report(file, site.line, `${specifier} does not exist`);
      return;
    }
    const owner = this.#packages.find(({ folder }) => target.startsWith(`${folder}/`));
    if (owner && owner !== file.package) {
      this.#report(file, site.line, `reaches into ${owner.name} by path; import it by name`);
      return;
    }
    if (file.room === undefined || !file.package.published) return;
    const within = relative(`${file.package.folder}/src`, target);
    if (within.startsWith("..")) {
      this.#report(file, site.line, `src imports ${this.#short(target)}, which is not published with it`);
      return;
    }
    const [first = ""] = within.split("/");
    const targetRoom = first.replace(/\.[mc]?[jt]sx?$/, "");
    if (room && targetRoom !== file.room) this.#checkRoom({ file, site, specifier, room }, targetRoom);
  }

  #checkRoom({ file, site, room }: Site & { readonly room: Room }, target: string): void {
    const allowed = room.rooms.find(({ name }) => name === target);
    if (!allowed) {
      const names = listNames(room.rooms.map(({ name }) => name));
      this.#report(file, site.line, `"${file.room}" may not import "${target}"; it may import ${names}`);
    } else if (allowed.only === "types") {
      if (site.typeOnly) return;
      this.#report(
        file,
        site.line,
        `"${file.room}" may import only types of "${target}": use \`import type\``,
      );
    } else if (allowed.only && site.names.some((name) => !allowed.only?.includes(name))) {
      this.#report(
        file,
        site.line,
        `"${file.room}" may import only ${listNames(allowed.only)} of "${target}"`,
      );
    }
  }

  #checkPackage({ file, site, specifier, room }: Site): void {
    const name = packageOf(specifier);
    this.#checkDriver(file, site, name);
    if (room && name !== file.package.name && !room.packages?.includes(name)) {
      this.#report(
        file,
        site.line,
        `"${file.room}" may not import ${name}; it may import ${listNames(room.packages ?? [])}`,
      );
    }
    const target = this.#packages.find((candidate) => candidate.name === name);
    if (!target) return;
    if (specifier.startsWith(`${name}/src`) || specifier.startsWith(`${name}/dist`)) {
      this.#report(file, site.line, `reaches into ${name}; use one of its entries`);
    }
    // What a package's tests share with other tests is private to the workspace, so it is in none of the tarballs.
    const sharedByTests = file.room === undefined && !target.published;
    if (file.package.published && target !== file.package && !sharedByTests) {
      const order = this.#table.packages;
      if (!order.includes(name) || order.indexOf(name) > order.indexOf(file.package.name)) {
        this.#report(
          file,
          site.line,
          `${file.package.name} may not import ${name}: packages import downwards, ${order.join(" <- ")}`,
        );
      }
    }
  }

  #checkDriver(file: WorkspaceFile, site: ImportSite, name: string): void {
    const owner = this.#table.hiddenDrivers[name];
    if (owner === undefined || this.#table.measuredDrivers[name] === file.package.name) return;
    if (owner !== file.package.name || file.room === undefined) {
      this.#report(file, site.line, `only ${owner} may import the driver "${name}", in one file of its src`);
      return;
    }
    const first = this.#driverFiles.get(name) ?? file.path;
    this.#driverFiles.set(name, first);
    if (first !== file.path) {
      this.#report(
        file,
        site.line,
        `a second file imports the driver "${name}"; the first is ${this.#short(first)}`,
      );
    }
  }

  #report(file: WorkspaceFile, line: number, problem: string): void {
    this.violations.push(`${this.#short(file.path)}:${line}  ${problem}`);
  }

  #short(path: string): string {
    return relative(this.#root, path);
  }
}

interface Site {
  readonly file: WorkspaceFile;
  readonly site: ImportSite;
  readonly specifier: string;
  readonly room: Room | undefined;
}

function listNames(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
