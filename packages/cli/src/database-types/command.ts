import { readFile, writeFile } from "node:fs/promises";

import type { OfframpCommand } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";

/** `offramp types` */
export const typesCommand: OfframpCommand = {
  name: "types",
  summary: "write the Database type of the target, as supabase gen types does",
  configure(command) {
    addPlaceOption(command, "target");
    command
      .option("--schemas <names...>", "the schemas to write", ["public"])
      .option("--out <file>", "write to a file instead of standard output")
      .option("--check <file>", "write nothing; end with 1 where the file is not what would be written")
      .option("--proven-views", "leave null out of a view's column where it cannot be null", false)
      .option("--bigint <type>", "what bigint columns are: number, string or bigint", "number");
  },
  async run(context) {
    const { terminal, options } = context;
    const { generateTypes } = await import("@offramp/supabase-shim/generate");
    const db = openPlace(context, "target");
    let types: string;
    try {
      types = await generateTypes(db, {
        schemas: Array.isArray(options["schemas"]) ? options["schemas"].map(String) : ["public"],
        viewNulls: options["provenViews"] === true ? "proven" : "always",
        bigint: bigintType(options["bigint"]),
      });
    } finally {
      await db.close();
    }
    const { check, out } = options;
    if (typeof check === "string") {
      const same = (await readFile(check, "utf8")) === types;
      terminal.result({ file: check, same }, () =>
        same
          ? `${check} is what ${db.description} has.`
          : `${check} is not what ${db.description} has: write it anew with offramp types --out ${check}.`,
      );
      return same ? "done" : "findings";
    }
    if (typeof out === "string") await writeFile(out, types);
    terminal.result(
      typeof out === "string" ? { file: out } : { types },
      () => (typeof out === "string" ? `Written to ${out}.` : types),
      { verbatim: true },
    );
    return "done";
  },
};

function bigintType(given: unknown): "number" | "string" | "bigint" {
  if (given === "number" || given === "string" || given === "bigint") return given;
  throw new UsageError("--bigint takes number, string or bigint.");
}
