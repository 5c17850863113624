import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { reachableBinaries, unprivilegedUser } from "../src/testing/unprivileged-user.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "offramp-binaries-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("as an ordinary user, PostgreSQL runs as that user, from where it is", (context) => {
  if (process.getuid?.() === 0) return context.skip("this is root");
  expect(unprivilegedUser()).toBeUndefined();
  const binaries = { initdb: "/somewhere/native/bin/initdb", postgres: "/somewhere/native/bin/postgres" };
  expect(reachableBinaries(binaries, undefined, folder)).toBe(binaries);
});

test("as root, PostgreSQL runs as another user, from a place which that user may enter", (context) => {
  const user = unprivilegedUser();
  if (user === undefined) return context.skip("only root has to become another user");
  expect(user.uid).toBeGreaterThan(0);

  // As in /root: nobody else may enter.
  const secluded = path.join(folder, "secluded");
  const bin = path.join(secluded, "native", "bin");
  const open = path.join(folder, "open");
  mkdirSync(bin, { recursive: true });
  mkdirSync(open);
  for (const name of ["initdb", "postgres"])
    writeFileSync(path.join(bin, name), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
  for (const directory of [folder, open]) chmodSync(directory, 0o755);
  const binaries = { initdb: path.join(bin, "initdb"), postgres: path.join(bin, "postgres") };

  chmodSync(secluded, 0o755);
  expect(reachableBinaries(binaries, user, open)).toBe(binaries);
  chmodSync(secluded, 0o700);
  const copies = reachableBinaries(binaries, user, open);
  expect(copies.postgres).not.toBe(binaries.postgres);
  expect(execFileSync(copies.initdb, { ...user, cwd: open, encoding: "utf8" })).toBe("initdb\n");
});
