import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Functions of a module. */
const FUNCTIONS = 12;

/**
 * Writes an application of so many modules, about 8 kB each: every third uses the one client, and each imports the one before
 * it, so that nothing can be left out.
 */
export async function writeApplication(folder: string, modules: number): Promise<void> {
  await writeFile(
    join(folder, "client.ts"),
    'import { createClient } from "@supabase/supabase-js";\nexport const supabase = createClient(process.env.URL ?? "", process.env.KEY ?? "");\n',
  );
  for (let n = 0; n < modules; n += 1) {
    if (n % 100 === 0) await mkdir(join(folder, folderOf(n)));
    await writeFile(join(folder, folderOf(n), `module-${n}.ts`), moduleText(n));
  }
}

function folderOf(n: number): string {
  return `part-${Math.floor(n / 100)}`;
}

function moduleText(n: number): string {
  const uses = n % 3 === 0;
  const before =
    n === 0
      ? ""
      : `import { thing${n - 1}x0 } from "../${folderOf(n - 1)}/module-${n - 1}";\nexport const again${n} = thing${n - 1}x0;\n`;
  return `${uses ? 'import { supabase } from "../client";\n' : ""}${before}${Array.from({ length: FUNCTIONS }, (_, i) => functionText(n, i, uses)).join("\n")}`;
}

function functionText(n: number, i: number, uses: boolean): string {
  const work = uses
    ? `const { data, error } = await supabase
    .from("profiles")
    .select("id, full_name, tests:metabolic_tests(id, vo2_max)")
    .eq("id", input.id)
    .order("full_name")
    .limit(${i + 1});
  if (error) throw error;
  return data.map((row) => ({ ...row, total }));`
    : `const result = await Promise.all(input.list.map(async (each) => ({ each, total, key: \`\${input.id}-\${each}\` })));
  return result.filter(({ each }) => each % 2 === 0);`;
  return `/** Does the ${i}th thing of module ${n}. */
export async function thing${n}x${i}(input: { id: string; name?: string; list: readonly number[] }) {
  const total = input.list.reduce((sum, each) => sum + each * ${i}, 0);
  if (total > ${n}) throw new Error(\`too many: \${total} of \${input.name ?? "nobody"}\`);
  ${work}
}
`;
}
