import { writeFile } from "node:fs/promises";

import { z } from "zod";

import type { CommandContext, OfframpCommand } from "../command/command.ts";
import type { Outcome } from "../command/outcome.ts";
import { UsageError } from "../command/usage-error.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";
import { addSchemaOptions, readSchemaOptions } from "../schema/read-schema-options.ts";
import type { Progress } from "../terminal/progress.ts";
import { checkSchema } from "./check-schema.ts";
import { renderHtml } from "./render-html.ts";
import { renderVerify } from "./render-text.ts";
import { type Verdict, type VerifyReport, worst } from "./verify-report.ts";
import { verifyRows, type VerifyWatcher } from "./verify-rows.ts";

const flags = z.object({
  jobs: z.coerce.number().int("must be a whole number").min(1).max(64),
  limit: z.coerce.number().int("must be a whole number").min(1).max(10_000),
  html: z.string().min(1).optional(),
  rowsOnly: z.boolean(),
});

const OUTCOMES: Readonly<Record<Verdict, Outcome>> = {
  equal: "done",
  different: "findings",
  failed: "failed",
};

const PART_BYTES = 64e6;

/** `offramp verify` */
export const verifyCommand: OfframpCommand = {
  name: "verify",
  summary: "compare every row and every object of both databases, and say what was compared and what was not",
  configure(command) {
    addPlaceOption(command, "source");
    addPlaceOption(command, "target");
    command
      .option("--jobs <number>", "how many parts are compared at a time", "4")
      .option("--limit <number>", "how many differing rows of a table are named", "20")
      .option("--rows-only", "leave the schema's objects out", false)
      .option("--html <file>", "also write the report as a page to sign");
    addSchemaOptions(command);
  },
  async run(context) {
    const { jobs, limit, html, rowsOnly } = readFlags(context);
    const pool = { max: jobs + 2, maxLifetimeMs: 86_400_000 };
    const source = openPlace(context, "source", pool);
    const target = openPlace(context, "target", pool);
    const startedAt = new Date();
    try {
      const { config, signal } = context;
      const { left, ...rows } = await verifyRows(source, target, {
        tables: config.tables ?? {},
        keyWrapper: config.keyWrapper,
        jobs,
        partBytes: PART_BYTES,
        limit,
        signal,
        watcher: watching(context),
      });
      const schema = rowsOnly
        ? undefined
        : await checkSchema(source, target, readSchemaOptions(context.options));
      const verdicts = [...rows.tables, ...rows.sequences, ...(schema === undefined ? [] : [schema])].map(
        ({ verdict }) => verdict,
      );
      const report: VerifyReport = {
        source: source.description,
        target: target.description,
        startedAt: startedAt.toISOString(),
        seconds: (Date.now() - startedAt.getTime()) / 1_000,
        verdict: rows.obstacles.length > 0 ? "failed" : worst(verdicts),
        ...rows,
        ...(schema === undefined ? {} : { schema }),
        notCompared: [
          ...left,
          ...(schema === undefined ? ["the schema's objects (--rows-only)"] : schema.notCompared),
          "values of generated columns: the target makes them, by expressions that are compared",
          "large objects",
        ],
      };
      if (html !== undefined) {
        await writeFile(html, renderHtml(report));
        context.terminal.note(`The report to sign is in ${html}.`);
      }
      context.terminal.result(report, () => renderVerify(report, context.terminal.style));
      return OUTCOMES[report.verdict];
    } finally {
      await Promise.all([source.close({ timeoutMs: 1_000 }), target.close({ timeoutMs: 1_000 })]);
    }
  },
};

function readFlags(context: CommandContext): z.infer<typeof flags> {
  const parsed = flags.safeParse(context.options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`--${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is wrong"}.`);
}

function watching({ terminal }: CommandContext): VerifyWatcher {
  let progress: Progress | undefined;
  return {
    begin: (rows) => {
      progress = terminal.progress({ label: "comparing", total: rows, unit: "rows" });
    },
    advance: (rows) => progress?.advance(rows),
    end: () => progress?.finish(),
  };
}
