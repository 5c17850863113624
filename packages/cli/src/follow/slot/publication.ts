import { type Database, quoteIdentifier } from "@offramp/db";

/** A table of the source that is followed. */
export interface PublishedTable {
  readonly schema: string;
  readonly name: string;
  /** The source has to log whole rows for updates and deletes: there is no primary key, or a transform needs them. */
  readonly wholeRows: boolean;
}

/** Makes the publication where it is missing, and gives it just these tables. */
export async function publish(
  source: Database,
  publication: string,
  tables: readonly PublishedTable[],
): Promise<void> {
  const name = quoteIdentifier(publication);
  const list = tables.map((table) => qualified(table)).join(", ");
  await source.transaction(async (transaction) => {
    for (const table of tables.filter(({ wholeRows }) => wholeRows)) {
      // Without it the source itself would refuse every update and delete of a published table that has no key.
      await transaction.query({ text: `alter table ${qualified(table)} replica identity full` });
    }
    const [found] = await transaction.query({
      text: "select 1 as found from pg_publication where pubname = $1",
      values: [publication],
    });
    await transaction.query({
      text:
        found === undefined
          ? `create publication ${name} for table ${list} with (publish_via_partition_root = true)`
          : `alter publication ${name} set table ${list}`,
    });
  });
}

/** Takes the publication away, and whole-row logging from the tables that got it for the migration. */
export async function unpublish(
  source: Database,
  publication: string,
  withWholeRows: readonly PublishedTable[],
): Promise<void> {
  await source.transaction(async (transaction) => {
    await transaction.query({ text: `drop publication if exists ${quoteIdentifier(publication)}` });
    for (const table of withWholeRows)
      await transaction.query({ text: `alter table if exists ${qualified(table)} replica identity default` });
  });
}

function qualified({ schema, name }: Pick<PublishedTable, "schema" | "name">): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}
