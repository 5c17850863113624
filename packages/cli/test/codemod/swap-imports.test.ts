import { describe, expect, it } from "vitest";

import { swapDependency } from "../../src/codemod/swap-dependency.ts";
import { swapImports } from "../../src/codemod/swap-imports.ts";

describe("swapping imports", () => {
  it.each([
    `import { createClient } from "@supabase/supabase-js";\n`,
    `import { createClient } from '@supabase/supabase-js'\r\n// '@supabase/supabase-js'\r\n`,
    `\uFEFF/* über 🎉 */ import type { User } from '@supabase/supabase-js' // why\nconst s = "@supabase/supabase-js";\n`,
    `export * from "@supabase/supabase-js";\nexport { createClient as make } from "@supabase/supabase-js"`,
    `const { createClient } = require("@supabase/supabase-js")\nconst m = await import("@supabase/supabase-js")`,
    `type C = import("@supabase/supabase-js").SupabaseClient<D>;`,
    `import sb = require("@supabase/supabase-js");`,
    `import { createClient } from "npm:@supabase/supabase-js@2.39.0";`,
  ])("changes the name of the module and no other byte: %j", (text) => {
    const { text: after, left } = swapImports("a.mts", text);
    // The comment and the text that only mention the module stay.
    const expected = text.replaceAll(
      /(from |require\(|import\()(["'])(npm:)?@supabase\/supabase-js(?:@[\d.]+)?\2/g,
      "$1$2$3@offramp/supabase-shim$2",
    );
    expect({ after, left }).toEqual({ after: expected, left: [] });
    expect(swapImports("a.mts", after)).toEqual({ text: after, swapped: 0, split: 0, left: [] });
  });

  it("keeps names that the shim does not have in an import of their own", () => {
    const text = `import {\r\n  createClient,\r\n  FunctionsHttpError,\r\n  type User,\r\n  StorageError as Storage\r\n} from '@supabase/supabase-js'\r\n`;
    expect(swapImports("a.ts", text).text).toBe(
      `import {\r\n  createClient,\r\n  \r\n  type User\r\n} from '@offramp/supabase-shim'\r\nimport { FunctionsHttpError, StorageError as Storage } from '@supabase/supabase-js'\r\n`,
    );
  });

  it("leaves mocks, addresses and imports of nothing that the shim has, and says so", () => {
    const text = [
      `vi.mock("@supabase/supabase-js");`,
      `import { createClient } from "https://esm.sh/@supabase/supabase-js@2";`,
      `import { FunctionsError } from "@supabase/supabase-js";`,
      `declare module "@supabase/supabase-js" {}`,
    ].join("\n");
    const { text: after, left, swapped } = swapImports("a.ts", text);
    expect(after).toBe(text);
    expect(swapped).toBe(0);
    expect(left.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      "1 a test replaces the module by this name",
      "2 it is imported by an address",
      "3 the shim has no FunctionsError",
      "4 types are added to the module by this name",
    ]);
  });

  it("swaps in the scripts of a Vue file", () => {
    const page = (name: string): string =>
      `<template>\n  <p title="@supabase/supabase-js" />\n</template>\n<script setup lang="ts">\nimport { createClient } from "${name}"\n</script>\n`;
    expect(swapImports("A.vue", page("@supabase/supabase-js")).text).toBe(page("@offramp/supabase-shim"));
  });

  it("swaps the dependency, or adds the shim where supabase-js is still needed", () => {
    const manifest = `{\n\t"dependencies": {\n\t\t"@supabase/ssr": "^0.5.0",\n\t\t"@supabase/supabase-js": "^2.39.0",\n\t\t"next": "15"\n\t}\n}\n`;
    const range = /"@offramp\/supabase-shim": "\^[^"]+"/;
    expect(swapDependency(manifest, false)?.replace(range, "SHIM")).toBe(
      manifest.replace(`"@supabase/supabase-js": "^2.39.0"`, "SHIM"),
    );
    expect(swapDependency(manifest, true)?.replace(range, "SHIM")).toBe(
      manifest.replace(`"@supabase/supabase-js"`, `SHIM,\n\t\t"@supabase/supabase-js"`),
    );
    expect(swapDependency(swapDependency(manifest, true) ?? "", true)).toBeUndefined();
    expect(swapDependency(`{ "name": "x" }`, false)).toBeUndefined();
  });
});
