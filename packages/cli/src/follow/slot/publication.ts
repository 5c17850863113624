import { type Database, type Queryable, quoteIdentifier } from "@offramp/db";

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
    const changed = new Set(await readChanged(transaction, publication));
    for (const table of tables.filter(({ wholeRows }) => wholeRows)) {
      const [row] = await transaction.query({
        text: "select relreplident as identity from pg_class where oid = $1::regclass",
        values: [qualified(table)],
      });
      if (row?.["identity"] !== "d") continue;
      // Without it the source itself would refuse every update and delete of a published table that has no key.
      await transaction.query({ text: `alter table ${qualified(table)} replica identity full` });
      changed.add(qualified(table));
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
    // Kept with the publication, so that its end gives back what its beginning took.
    const note = JSON.stringify([...changed]).replaceAll("'", "''");
    await transaction.query({ text: `comment on publication ${name} is '${COMMENT}${note}'` });
  });
}

/** Takes the publication away, and whole-row logging from the tables that got it for the migration. */
export async function unpublish(source: Database, publication: string): Promise<void> {
  await source.transaction(async (transaction) => {
    const changed = await readChanged(transaction, publication);
    await transaction.query({ text: `drop publication if exists ${quoteIdentifier(publication)}` });
    for (const table of changed)
      await transaction.query({ text: `alter table if exists ${table} replica identity default` });
  });
}

const COMMENT = "Of offramp; it has logged whole rows of: ";

/** The tables, quoted, that an earlier call made to log whole rows. */
async function readChanged(source: Queryable, publication: string): Promise<readonly string[]> {
  const [row] = await source.query({
    text: "select obj_description(oid, 'pg_publication') as note from pg_publication where pubname = $1",
    values: [publication],
  });
  const note = row?.["note"] ?? "";
  return note.startsWith(COMMENT) ? (JSON.parse(note.slice(COMMENT.length)) as string[]) : [];
}

function qualified({ schema, name }: Pick<PublishedTable, "schema" | "name">): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}
