import { execFileSync } from "node:child_process";
import { cpSync, statSync } from "node:fs";
import path from "node:path";
import type { EmbeddedBinaries } from "./embedded-binaries.ts";

/** A user that a process can become. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user to run PostgreSQL as: it refuses to run as root. `undefined` means as we are.
 * Users that exist on nearly every machine are taken; none is created.
 */
export function unprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      return { uid: idOf("-u", name), gid: idOf("-g", name) };
    } catch {
      continue;
    }
  }
  throw new Error(
    "PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody. Run as another user, or set DATABASE_URL to a server.",
  );
}

function idOf(flag: "-u" | "-g", name: string): number {
  const id = Number.parseInt(
    execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    10,
  );
  if (!Number.isInteger(id) || id === 0) throw new Error(`no usable id for ${name}`);
  return id;
}

/**
 * The programs at a place where `user` may run them: in a directory such as /root, they are
 * copied into `directory` first.
 */
export function reachableBinaries(
  binaries: EmbeddedBinaries,
  user: SystemUser | undefined,
  directory: string,
): EmbeddedBinaries {
  if (user === undefined || isReachable(binaries.postgres, user)) return binaries;
  const native = path.dirname(path.dirname(binaries.postgres));
  const copy = path.join(directory, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  const moved = (program: string): string => path.join(copy, path.relative(native, program));
  return { initdb: moved(binaries.initdb), postgres: moved(binaries.postgres) };
}

function isReachable(file: string, user: SystemUser): boolean {
  for (let place = file; ; place = path.dirname(place)) {
    const { mode, uid, gid } = statSync(place);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (place === path.dirname(place)) return true;
  }
}
