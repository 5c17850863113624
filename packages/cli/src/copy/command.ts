import { z } from "zod";

import type { CommandContext, OfframpCommand } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";
import { publishedTables } from "../follow/plan-follow.ts";
import { prepareFollow } from "../follow/prepare-follow.ts";
import type { TablePlan } from "../tables/table-plan.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { byteCount } from "./byte-count.ts";
import { copy } from "./copy.ts";
import type { CopyOptions, CopyWatcher } from "./copy-options.ts";
import { renderCopy } from "./render-copy.ts";

const flags = z.object({
  jobs: z.coerce.number().int("must be a whole number").min(1).max(64),
  chunk: byteCount,
  throttle: byteCount.optional(),
  quarantine: z.boolean(),
  restart: z.boolean(),
  follow: z.boolean(),
});

/** `offramp copy` */
export const copyCommand: OfframpCommand = {
  name: "copy",
  summary: "copy every row, in parallel and in one snapshot; run it again and it goes on where it stopped",
  configure(command) {
    addPlaceOption(command, "source");
    addPlaceOption(command, "target");
    command
      .option("--jobs <number>", "how many parts are copied at a time", "4")
      .option("--chunk <bytes>", "the size of a part, which is one transaction of the target: 64MB", "64MB")
      .option("--throttle <bytes>", "how much is read in a second at most: 10MB")
      .option("--quarantine", "set rows that the target refuses aside in offramp.copy_quarantine", false)
      .option("--follow", "let the source keep what is written from now on, for offramp follow", false)
      .option("--restart", "empty the target's tables first, and copy everything anew", false);
  },
  async run(context) {
    const { terminal } = context;
    const { follow, ...options } = readFlags(context);
    if (options.restart)
      await terminal.confirm("Every table that is copied is emptied in the target first. Go on?");
    // A snapshot, and the catalog beside the readers; a session must not end while it holds either.
    const pool = { max: options.jobs + 2, maxLifetimeMs: 86_400_000 };
    const source = openPlace(context, "source", pool);
    const target = openPlace(context, "target", pool);
    try {
      const prepare = async (plans: readonly TablePlan[]): Promise<void> => {
        await prepareFollow(source, (await publishedTables(source, plans)).tables);
        terminal.note("The source keeps its changes from here on, for offramp follow.");
      };
      const report = await copy(source, target, {
        ...options,
        watcher: watching(terminal),
        ...(follow ? { prepare } : {}),
      });
      terminal.result(report, () => renderCopy(report, { follow }));
      return report.tables.some(({ quarantined }) => quarantined > 0) ? "findings" : "done";
    } finally {
      await Promise.all([source.close({ timeoutMs: 1_000 }), target.close({ timeoutMs: 1_000 })]);
    }
  },
};

function readFlags(context: CommandContext): Omit<CopyOptions, "watcher"> & { readonly follow: boolean } {
  const parsed = flags.safeParse(context.options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`--${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is wrong"}.`);
  }
  const { jobs, chunk, throttle, quarantine, restart, follow } = parsed.data;
  return {
    follow,
    tables: context.config.tables ?? {},
    keyWrapper: context.config.keyWrapper,
    jobs,
    chunkBytes: chunk,
    bytesPerSecond: throttle,
    quarantine,
    restart,
    signal: context.signal,
  };
}

function watching(terminal: Terminal): CopyWatcher {
  let progress: Progress | undefined;
  return {
    note: (line) => terminal.note(line),
    warning: (line) => terminal.warning(line),
    begin: (rows) => {
      progress = terminal.progress({ label: "copying", total: rows, unit: "rows" });
    },
    advance: (rows, bytes) => progress?.advance(rows, bytes),
    end: () => {
      progress?.finish();
      progress = undefined;
    },
  };
}
