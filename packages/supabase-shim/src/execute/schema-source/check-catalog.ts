import type { Database } from "@offramp/db";
import type { Catalog } from "../../schema-cache/index.ts";
import { readJson } from "../catalog/read-json.ts";
import { readEncrypted } from "../catalog/read-encrypted.ts";
import { readMarks } from "../catalog/read-marks.ts";
import { SESSION_SQL, type SessionRow } from "../catalog/session-sql.ts";

/** What a catalog that was not read just now is judged by. */
export interface CatalogCheck {
  /** What the catalog says of the connection that wrote it, for this one. */
  readonly session: Pick<Catalog, "searchPath" | "settableRoles" | "roleSettings">;
  readonly serverVersion: string;
  /** The marks in the database are those of the catalog; both may be none. */
  readonly marksFit: boolean;
}

/**
 * Compares a catalog's PHI marks with the database's, in one round trip.
 *
 * A stale table only makes a call fail, and the failure has the catalog read anew. Stale marks make no call fail:
 * they would let PHI be read without a record. So a snapshot is not used before this check, however new it claims to
 * be; one that was written before the audit trail was installed, or before a column was marked, is refused. Where no
 * NOTIFY can be received, a catalog in use is checked again from time to time.
 *
 * @throws {ServerError} the database has an audit trail that the role may not use.
 * @throws {ConnectionError} the database cannot be reached.
 */
export async function checkCatalog(database: Database, { phi, encrypted }: Catalog): Promise<CatalogCheck> {
  const connection = await database.reserve();
  try {
    const asked = readJson<SessionRow>(connection, SESSION_SQL);
    // Sent without waiting: where the trail is gone this fails, and the session says why.
    const expected = phi === undefined ? undefined : readMarks(connection, "");
    const [session, marks] = await Promise.allSettled([asked, expected]);
    if (session.status === "rejected") throw session.reason;
    const { searchPath, settableRoles, roleSettings, serverVersion, audited, encrypts, role } = session.value;
    const own = { session: { searchPath, settableRoles, roleSettings }, serverVersion };
    // Stale ones would let values be written in the clear.
    const encryptedNow = encrypts ? await readEncrypted(connection) : undefined;
    if (JSON.stringify(encryptedNow) !== JSON.stringify(encrypted)) return { ...own, marksFit: false };
    if (phi === undefined || !audited) return { ...own, marksFit: audited === (phi !== undefined) };
    // Asked again only for the error that names the role.
    const found = marks.status === "fulfilled" ? marks.value : await readMarks(connection, role);
    return { ...own, marksFit: JSON.stringify(found) === JSON.stringify(phi) };
  } finally {
    await connection.release();
  }
}
