import { Column, is, isSQLWrapper, Param, SQL, sql, Subquery, WithSubquery } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { TOKEN_BYTES } from "../encryption/value-format.ts";
import { columnName } from "../encryption/column-place.ts";
import { EncryptionError } from "../encryption/encryption-error.ts";
import { encryptedColumnOf } from "../schema/encrypted.ts";
import { paramOf, textOf } from "./drizzle-parts.ts";
import { SealedTokens, sealedParam } from "./sealed-param.ts";
import { asWritten, isWritten } from "./shown-column.ts";

/**
 * A statement in which `eq()` and `inArray()` on searchable columns look for tokens. What is given stays as it is,
 * because an application may use a condition again.
 *
 * @throws {EncryptionError} an encrypted column is used otherwise: ordered by, grouped, compared, computed with.
 */
export function rewriteSql(statement: SQL): SQL {
  return rewritten(statement) as SQL;
}

function rewritten(chunk: unknown): unknown {
  if (Array.isArray(chunk)) return chunk.map(rewritten);
  if (is(chunk, SQL)) return isWritten(chunk) ? chunk : rewrittenSql(chunk);
  if (is(chunk, Column)) return refuseUse(chunk);
  if (is(chunk, Subquery)) return rewrittenSubquery(chunk);
  if (is(chunk, SQL.Aliased) || is(chunk, Param)) return chunk;
  // A select that stands in a condition.
  if (isSQLWrapper(chunk) && "config" in chunk) return sql`(${rewritten(chunk.getSQL())})`;
  return chunk;
}

function rewrittenSql(statement: SQL): SQL {
  const search = searchOf(statement);
  if (search !== undefined) return search;
  const chunks = statement.queryChunks.map(rewritten);
  if (chunks.every((chunk, index) => chunk === statement.queryChunks[index])) return statement;
  const copy = new SQL(chunks as SQL["queryChunks"]);
  return Object.assign(copy, { decoder: (statement as unknown as { readonly decoder: unknown }).decoder });
}

function rewrittenSubquery(subquery: Subquery): Subquery {
  const { sql: inner, selectedFields, alias, isWith } = subquery._;
  const changed = rewritten(inner);
  if (changed === inner) return subquery;
  const copy = new (is(subquery, WithSubquery) ? WithSubquery : Subquery)(
    changed as SQL,
    selectedFields,
    alias,
    isWith,
  );
  return copy;
}

/** `column = value`, `column in (…)`, and `column is null`, which needs no token. */
function searchOf(statement: SQL): SQL | undefined {
  const [column, operator, operand, ...rest] = statement.queryChunks.filter((chunk) => textOf(chunk) !== "");
  if (!is(column, Column) || rest.length > 0) return undefined;
  const encrypted = encryptedColumnOf(column);
  if (encrypted === undefined) return undefined;
  const text = textOf(operator);
  if ((text === " is null" || text === " is not null") && operand === undefined) return asWritten(statement);
  const given =
    text === " = "
      ? [operand]
      : text === " in " && Array.isArray(operand)
        ? (operand as unknown[])
        : undefined;
  const values = given?.flatMap((each) => paramOf(each) ?? []);
  if (given === undefined || values?.length !== given.length) {
    refuseUse(column);
    return undefined;
  }
  if (!encrypted.searchable) {
    throw new EncryptionError(
      "setting",
      `The encrypted column ${columnName(encrypted)} is not searchable. Declare it with searchable: "equality", and run reencrypt() over its rows.`,
    );
  }
  const tokens = new SealedTokens(
    column as PgColumn,
    encrypted,
    values.map(({ value }) => value),
  );
  return asWritten(
    sql`substring(${column} from 2 for ${sql.raw(String(TOKEN_BYTES))}) = any(${sealedParam(tokens)}::text::bytea[])`,
  );
}

/**
 * A condition on what a subquery selects sees the bytes together with their row's key, in which nothing can be found.
 *
 * @throws {EncryptionError} the condition compares an encrypted column of a subquery.
 */
export function refuseSearch(condition: unknown, isOfSubquery: (column: Column) => boolean): void {
  if (!is(condition, SQL)) return;
  const chunks = condition.queryChunks.filter((chunk) => textOf(chunk) !== "");
  if (chunks.length === 2 && / is (?:not )?null$/.test(textOf(chunks[1]) ?? "")) return;
  for (const chunk of chunks) {
    const encrypted = is(chunk, Column) && isOfSubquery(chunk) ? encryptedColumnOf(chunk) : undefined;
    if (encrypted !== undefined) {
      throw new EncryptionError(
        "setting",
        `The encrypted column ${columnName(encrypted)} comes out of a subquery here, where nothing can be found in it. Put the condition into the subquery.`,
      );
    }
    refuseSearch(chunk, isOfSubquery);
  }
}

function refuseUse(column: Column): Column {
  const encrypted = encryptedColumnOf(column);
  if (encrypted === undefined) return column;
  throw new EncryptionError(
    "setting",
    `The encrypted column ${columnName(encrypted)} can be selected whole, compared with eq() and inArray() where it is searchable, and asked for null. Its bytes have no order and no parts.`,
  );
}
