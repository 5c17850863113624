import type { KeyWrapper } from "@offramp/db/encryption";

import type { TableConfig } from "../config/tables-config.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/** How a copy is made. */
export interface CopyOptions {
  readonly tables: Readonly<Record<string, TableConfig>>;
  readonly keyWrapper: KeyWrapper | undefined;
  /** How many chunks are under way at a time; each takes a connection of either server. */
  readonly jobs: number;
  /** Tables are cut into chunks of about so many bytes of the source. */
  readonly chunkBytes: number;
  readonly bytesPerSecond: number | undefined;
  /** Rows that the target refuses are set aside in `offramp.copy_quarantine`. */
  readonly quarantine: boolean;
  /** Empties the target's tables and begins anew. */
  readonly restart: boolean;
  readonly signal: AbortSignal;
  readonly watcher: CopyWatcher;
  /** Runs when it is known what will be copied, before the snapshot is taken: for a replication slot. */
  readonly prepare?: (plans: readonly TablePlan[]) => Promise<void>;
  /** A snapshot that another session has exported and holds. */
  readonly snapshot?: string;
}

/** Who is told what happens. */
export interface CopyWatcher {
  /** A step begins. */
  readonly note: (line: string) => void;
  readonly warning: (line: string) => void;
  /** Rows will be copied: about so many. */
  readonly begin: (rows: number) => void;
  readonly advance: (rows: number, bytes: number) => void;
  /** The rows are there. */
  readonly end: () => void;
}

/** What a table's copy came to. */
export interface TableReport {
  readonly source: string;
  readonly target: string;
  readonly rows: number;
  readonly filtered: number;
  readonly quarantined: number;
  readonly bytes: number;
}

/** What a copy came to. */
export interface CopyReport {
  readonly tables: readonly TableReport[];
  /** What stays in the source, by name and with the reason. */
  readonly left: readonly string[];
  readonly sequences: number;
  /** Chunks of an earlier run were there already. */
  readonly resumed: boolean;
  /** Everything had been copied by an earlier run. */
  readonly complete: boolean;
  readonly seconds: number;
}
