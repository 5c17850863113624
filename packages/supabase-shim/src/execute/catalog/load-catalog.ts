import type { Database, Transaction } from "@offramp/db";
import type { Catalog } from "../../schema-cache/index.ts";
import { type ConstraintRow, foreignKeysOf, primaryKeysOf, referencing } from "./constraint-rows.ts";
import { MEDIA_HANDLERS_SQL } from "./media-handlers-sql.ts";
import { readJson } from "./read-json.ts";
import { readLineage } from "./read-lineage.ts";
import { readEncrypted } from "./read-encrypted.ts";
import { readMarks } from "./read-marks.ts";
import {
  addNames,
  type NameRow,
  numberedRelations,
  type RelationRow,
  tablesOf,
  type TypeRow,
} from "./relation-rows.ts";
import { CONSTRAINTS_SQL, NAMES_SQL, RELATIONS_SQL, TYPES_SQL, VIEWS_SQL } from "./relations-sql.ts";
import { refersToWholeRows, targetColumns } from "./rewrite-rule.ts";
import { COMPUTED_RELATIONSHIPS_SQL, REPRESENTATIONS_SQL, ROUTINES_SQL } from "./routines-sql.ts";
import { SESSION_SQL, type SessionRow } from "./session-sql.ts";
import { viewColumnsOf, type ViewTargets } from "./view-columns.ts";

/** A catalog, and the server that it was read from. */
export interface LoadedCatalog {
  readonly catalog: Catalog;
  readonly serverVersion: string;
}

/**
 * Reads the catalog in one read-only transaction, so that it is of one moment.
 *
 * @throws {ServerError} the role may not read the catalog or the PHI inventory.
 * @throws {ConnectionError} the database cannot be reached.
 */
export async function loadCatalog(
  database: Database,
  exposedSchemas: readonly string[],
): Promise<LoadedCatalog> {
  return database.transaction((transaction) => readCatalog(transaction, exposedSchemas), {
    isolation: "repeatable read",
    readOnly: true,
  });
}

async function readCatalog(
  transaction: Transaction,
  exposedSchemas: readonly string[],
): Promise<LoadedCatalog> {
  const { session, relations, types, constraints, views, ...routines } = await readAll(
    transaction,
    exposedSchemas,
  );
  const numbered = numberedRelations(relations);
  const unnamed = new Set([
    ...views.flatMap(({ columns }) => columns.map(({ relation }) => relation)),
    ...referencing(constraints, numbered),
  ]);
  for (const oid of numbered.keys()) unnamed.delete(oid);
  if (unnamed.size > 0) addNames(numbered, await readJson<NameRow[]>(transaction, NAMES_SQL, [...unnamed]));
  const catalog = {
    exposedSchemas,
    searchPath: session.searchPath,
    settableRoles: session.settableRoles,
    roleSettings: session.roleSettings,
    tables: tablesOf(relations, types),
    primaryKeys: primaryKeysOf(constraints, numbered),
    foreignKeys: foreignKeysOf(constraints, numbered),
    viewColumns: viewColumnsOf(views, numbered),
    ...routines,
  };
  const { serverVersion, audited, encrypts } = session;
  if (!audited && !encrypts) return { catalog, serverVersion };
  const [phi, encrypted, lineage] = await Promise.all([
    audited ? readMarks(transaction, session.role) : undefined,
    encrypts ? readEncrypted(transaction) : undefined,
    readLineage(transaction, views),
  ]);
  const marks = { ...(encrypted === undefined ? {} : { encrypted }), ...(phi === undefined ? {} : { phi }) };
  return { catalog: { ...catalog, lineage, ...marks }, serverVersion };
}

/** Everything that does not depend on another answer, sent without waiting in between. */
async function readAll(transaction: Transaction, exposedSchemas: readonly string[]) {
  const [
    session,
    ,
    relations,
    types,
    constraints,
    views,
    routines,
    computedRelationships,
    representations,
    mediaHandlers,
  ] = await Promise.all([
    readJson<SessionRow>(transaction, SESSION_SQL),
    // Under an empty search path every name is printed with its schema, and quoted.
    transaction.query({ text: "set local search_path to ''" }),
    readJson<RelationRow[]>(transaction, RELATIONS_SQL, exposedSchemas),
    readJson<TypeRow[]>(transaction, TYPES_SQL, exposedSchemas),
    readJson<ConstraintRow[]>(transaction, CONSTRAINTS_SQL),
    readViews(transaction),
    readJson<Catalog["routines"]>(transaction, ROUTINES_SQL, exposedSchemas),
    readJson<Catalog["computedRelationships"]>(transaction, COMPUTED_RELATIONSHIPS_SQL),
    readJson<Catalog["representations"]>(transaction, REPRESENTATIONS_SQL),
    readJson<Catalog["mediaHandlers"]>(transaction, MEDIA_HANDLERS_SQL, exposedSchemas),
  ]);
  return {
    session,
    relations,
    types,
    constraints,
    views,
    routines,
    computedRelationships,
    representations,
    mediaHandlers,
  };
}

async function readViews(transaction: Transaction): Promise<ViewTargets[]> {
  const rows = await transaction.query({ text: VIEWS_SQL });
  return rows.map(({ schema, name, rule }) => ({
    view: { schema: schema ?? "", name: name ?? "" },
    columns: targetColumns(rule ?? ""),
    usesWholeRows: refersToWholeRows(rule ?? ""),
  }));
}
