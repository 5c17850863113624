import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { offramp } from "../offramp.ts";
import { application } from "../scan/application.ts";

const run = promisify(execFile);

const FILES = {
  "package.json": `{\r\n  "dependencies": { "@supabase/supabase-js": "^2" }\r\n}\r\n`,
  "src/a.ts": `\uFEFFimport { createClient } from "@supabase/supabase-js";\r\nconst db = createClient("postgres://h/d");\r\ndb.from("a").select();`,
  "src/b.js": `const { createClient } = require('@supabase/supabase-js')\n`,
};

const commit = async (folder: string): Promise<void> => {
  const git = (...words: string[]): Promise<unknown> =>
    run("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.autocrlf=false", ...words], {
      cwd: folder,
    });
  await git("init", "-q");
  await git("add", "-A");
  await git("commit", "-qm", "before");
};

const texts = (folder: string): Promise<string[]> =>
  Promise.all(Object.keys(FILES).map((file) => readFile(join(folder, file), "utf8")));

describe("offramp codemod", () => {
  it("shows a diff that git applies, changes nothing, and then makes the same change", async () => {
    const folder = await application(FILES);
    await commit(folder);
    const dry = await offramp(["codemod", "--dry-run", "--package-json", "--json", folder]);
    const { changes } = JSON.parse(dry.stdout) as { changes: { diff: string }[] };
    expect(await texts(folder)).toEqual(Object.values(FILES));

    await writeFile(join(folder, "change.patch"), changes.map(({ diff }) => diff).join(""));
    await run("git", ["apply", "--whitespace=nowarn", "change.patch"], { cwd: folder });
    const patched = await texts(folder);
    expect(patched.join("")).not.toContain("@supabase/supabase-js");

    await run("git", ["checkout", "-q", "."], { cwd: folder });
    await run("git", ["clean", "-fdq"], { cwd: folder });
    const made = await offramp(["codemod", "--package-json", folder]);
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: "" });
    expect(await texts(folder)).toEqual(patched);
    const again = await offramp(["codemod", "--force", folder]);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("no import of supabase-js is left"),
    });
  });

  it("refuses to change what git could not bring back, unless forced", async () => {
    const folder = await application(FILES);
    expect(await offramp(["codemod", folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("in no git repository"),
    });
    await commit(folder);
    await writeFile(join(folder, "src/new.ts"), "");
    expect(await offramp(["codemod", folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("not committed"),
    });
    expect(await texts(folder)).toEqual(Object.values(FILES));
    expect(await offramp(["codemod", "--force", folder])).toMatchObject({ code: 0 });
  });

  it("names the places that will throw, and ends with 1", async () => {
    const folder = await application({ ...FILES, "src/c.ts": `${FILES["src/a.ts"]}\r\ndb.auth.signOut();` });
    const { code, stdout } = await offramp(["codemod", "--dry-run", folder]);
    expect(code).toBe(1);
    expect(stdout).toContain("src/c.ts:4:1  auth.signOut()");
  });
});
