import { type Database, quoteIdentifier } from "@offramp/db";

/** A sequence with the value that it gave last; null where it never gave one. */
export interface SequenceValue {
  readonly schema: string;
  readonly name: string;
  readonly lastValue: string | null;
  readonly startValue: string;
}

/** A sequence of the source that the target does not have. */
export interface MissingSequence {
  readonly schema: string;
  readonly name: string;
}

/**
 * Sets the target's sequences to where the source's stand. The log does not carry them, so this comes after the last change.
 *
 * SQL: `select last_value from pg_sequences`; `select setval($1::regclass, $2, $3)`
 *
 * @returns the sequences that the target does not have.
 */
export async function setSequences(
  databases: { readonly source: Database; readonly target: Database },
  schemas: readonly string[],
): Promise<readonly MissingSequence[]> {
  const values = await readSequences(databases.source, schemas);
  const there = new Set((await readSequences(databases.target, schemas)).map(placeOf));
  for (const value of values.filter((each) => there.has(placeOf(each)))) {
    await databases.target.query({
      text: "select setval($1::regclass, $2::bigint, $3::boolean)",
      values: [
        `${quoteIdentifier(value.schema)}.${quoteIdentifier(value.name)}`,
        value.lastValue ?? value.startValue,
        String(value.lastValue !== null),
      ],
    });
  }
  return values.filter((value) => !there.has(placeOf(value))).map(({ schema, name }) => ({ schema, name }));
}

async function readSequences(db: Database, schemas: readonly string[]): Promise<readonly SequenceValue[]> {
  const rows = await db.query({
    text: `select schemaname, sequencename, last_value, start_value from pg_sequences
      where schemaname = any (array(select jsonb_array_elements_text($1::jsonb))::name[]) order by 1, 2`,
    values: [JSON.stringify(schemas)],
  });
  return rows.map((row) => ({
    schema: String(row["schemaname"]),
    name: String(row["sequencename"]),
    lastValue: row["last_value"] ?? null,
    startValue: String(row["start_value"]),
  }));
}

function placeOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([schema, name]);
}
