import type { Database } from "@offramp/db";

import { formatLsn, type Lsn } from "../lsn.ts";
import type { LoggedMessage } from "../pgoutput/message.ts";
import { parseMessage } from "../pgoutput/parse-message.ts";

/** What is read of a slot. */
export interface LogRequest {
  readonly slot: string;
  readonly publication: string;
  /** Stop at the end of the first transaction after so many changes. */
  readonly changes: number;
  /** Read no transaction that ends behind it. */
  readonly upTo?: Lsn;
}

/** Rows in one answer: flat memory, however large a transaction is. */
const FETCH = 1_000;

/**
 * Reads what happened on the source since the slot's confirmed position, and leaves the slot where it is.
 *
 * Through SQL functions rather than the replication protocol: they pass a pooler in session mode, which is the only way with
 * IPv4 to many Supabase projects, and a connection that breaks costs nothing. A large transaction is kept on the source's disk
 * and fetched piece by piece.
 *
 * SQL: `declare … cursor for select data from pg_logical_slot_peek_binary_changes(slot, upto, changes, 'proto_version', '1',
 * 'publication_names', publication)`
 */
export async function readLog(
  source: Database,
  request: LogRequest,
  onMessages: (messages: readonly LoggedMessage[]) => Promise<void>,
): Promise<void> {
  await source.transaction(
    async (transaction) => {
      await transaction.query({
        text: `declare offramp_log no scroll cursor for
          select data from pg_logical_slot_peek_binary_changes($1::name, $2::pg_lsn, $3::integer,
            'proto_version', '1', 'publication_names', $4::text)`,
        values: [
          request.slot,
          request.upTo === undefined ? null : formatLsn(request.upTo),
          String(request.changes),
          publicationNames(request.publication),
        ],
      });
      for (;;) {
        const rows = await transaction.query({ text: `fetch ${FETCH} from offramp_log` });
        if (rows.length > 0) await onMessages(rows.map(({ data }) => parseMessage(bytesOf(data))));
        if (rows.length < FETCH) return;
      }
    },
    { readOnly: true },
  );
}

/** The option is a list of identifiers, so the name is quoted as one. */
function publicationNames(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function bytesOf(text: string | null | undefined): Buffer {
  if (typeof text !== "string" || !text.startsWith("\\x"))
    throw new Error("the replication slot's changes did not come as bytea in hex");
  return Buffer.from(text.slice(2), "hex");
}
