import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";

import { offramp } from "../offramp.ts";
import { application } from "./application.ts";

const CLIENT = `import { createClient } from "@supabase/supabase-js";\nconst db = createClient("postgres://localhost/clinic");\n`;

describe("offramp scan", () => {
  it("ends with 0 where everything works, 1 where something must be looked at, 2 without a folder", async () => {
    const good = await application({ "a.ts": `${CLIENT}db.from("a").select();` });
    const bad = await application({ "a.ts": `${CLIENT}db.auth.signOut();` });
    const broken = await application({ "a.ts": "const = ;" });
    const runs = await Promise.all([
      offramp(["scan", good]),
      offramp(["scan"], { folder: bad }),
      offramp(["scan", broken]),
      offramp(["scan", join(good, "nowhere")]),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([0, 1, 1, 2]);
    expect(runs[1]?.stdout).toContain("3:1      not served  auth.signOut()");
    expect(runs[1]?.stdout).toContain("delegate");
    expect(runs[2]?.stdout).toContain("cannot be parsed");
  });

  it("gives the same as data, and as SARIF that its published schema accepts", async () => {
    const folder = await application({
      "src/ä b.ts": `${CLIENT}db.storage.from("x");\n`,
      "c.ts": "const = ;",
    });
    const { code, stdout } = await offramp(["scan", "--json", "--sarif", "scan.sarif", folder], { folder });
    expect({ code, data: JSON.parse(stdout) }).toMatchObject({
      code: 1,
      data: { files: 2, counts: { supported: 2, note: 0, dynamic: 0, notServed: 1, unread: 1 } },
    });
    const log: unknown = JSON.parse(await readFile(join(folder, "scan.sarif"), "utf8"));
    expect(log).toMatchObject({
      runs: [
        {
          invocations: [{ executionSuccessful: false }],
          results: [
            { ruleId: "file/syntax", level: "error" },
            {
              ruleId: "storage",
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "src/%C3%A4%20b.ts", uriBaseId: "ROOT" },
                    region: { startLine: 3, startColumn: 1 },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
    const schema: object = createRequire(import.meta.url)(
      "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
    );
    const ajv = new Ajv.default({ strict: false, unicodeRegExp: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  });
});
