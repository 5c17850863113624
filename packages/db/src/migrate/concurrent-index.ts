import type { Migration } from "./migration.ts";
import { MigrationError } from "./migration-error.ts";

/** `create index concurrently` or `drop index concurrently`: what PostgreSQL refuses to run in a transaction. */
export interface ConcurrentStatement {
  readonly kind: "create" | "drop";
  /** As SQL spells it. */
  readonly index: string;
  /** Of an index that is made: its table as SQL spells it. */
  readonly table?: string;
  readonly text: string;
}

const NAME = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)`;
const QUALIFIED = String.raw`${NAME}(?:\s*\.\s*${NAME})?`;
const CONCURRENT = /^(?:create\s+(?:unique\s+)?index|drop\s+index)\s+concurrently\b/i;
const CREATE = new RegExp(
  String.raw`^create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?(?!on\b)(?<index>${NAME})\s+on\s+(?:only\s+)?(?<table>${QUALIFIED})`,
  "i",
);
const DROP = new RegExp(
  String.raw`^drop\s+index\s+concurrently\s+(?:if\s+exists\s+)?(?<index>${QUALIFIED})\s*(?:restrict\s*)?;?\s*$`,
  "i",
);

/**
 * The statements of a migration that makes and drops indexes concurrently; undefined for one that runs in a transaction.
 *
 * @throws {MigrationError} it has others besides, which would have to be in a transaction, or an index without a name.
 */
export function concurrentStatements(
  source: string,
  { id, statements }: Migration,
): readonly ConcurrentStatement[] | undefined {
  const bare = statements.map(withoutComments);
  if (!bare.some((text) => CONCURRENT.test(text))) return undefined;
  return bare.flatMap((text, index): readonly ConcurrentStatement[] => {
    if (text === "") return [];
    const place = `migrate(): statement ${index + 1} of ${source}/${id}`;
    if (!CONCURRENT.test(text)) {
      throw new MigrationError(
        { source, id },
        `${place} needs a transaction, and another statement there, with CONCURRENTLY, must have none. ` +
          "Nothing was applied. Put the concurrent statements into a migration of their own.",
      );
    }
    const create = CREATE.exec(text)?.groups;
    const drop = DROP.exec(text)?.groups;
    const { index: name, table } = create ?? drop ?? {};
    if (name === undefined || /;\s*\S/.test(text)) {
      throw new MigrationError(
        { source, id },
        `${place} is not one index that is made or dropped by its name. Nothing was applied. Give the index a name, so that ` +
          "one that was left half made is found again, and put `--> statement-breakpoint` between two statements.",
      );
    }
    return [
      {
        kind: create === undefined ? "drop" : "create",
        index: name,
        text,
        ...(table !== undefined && { table }),
      },
    ];
  });
}

/** Comments in front, among them settings of the file. */
function withoutComments(statement: string): string {
  return statement.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)+/, "").trim();
}
