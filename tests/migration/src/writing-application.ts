import { setTimeout as sleep } from "node:timers/promises";

import { connect, ConnectionError, ServerError } from "@offramp/db";

/** An application at work on the source. */
export interface WritingApplication {
  /** Writes that the source has answered. */
  written(): number;
  /** Resolves when the source has refused a write: it was made read-only. */
  readonly refused: Promise<void>;
  /** Ends it before that. */
  stop(): Promise<void>;
}

/** SQLSTATE of a write in a read-only transaction. */
const READ_ONLY = "25006";

const WRITES: readonly string[] = [
  "insert into public.messages (sender, body) select id, 'written ' || $1 from public.profiles limit 1",
  "update public.profiles set preferred_units = case preferred_units when 'metric' then 'imperial' else 'metric' end where mrn = 'MRN' || (1 + $1::text::int % 200)",
  "insert into public.audit_log (what, details) values ('request ' || $1, '{ \"n\":  1 }')",
  "delete from public.audit_log where ctid = (select min(ctid) from public.audit_log where what <> $1)",
  "update public.metabolic_tests set rmr = rmr + 1, tags = array_append(tags, $1::text) where id = md5('test' || (1 + $1::text::int % 300))::uuid",
  "insert into public.readings (device, at, value) values (99, timestamptz '2026-02-01' + $1::int * interval '1 second', $1::int / 7.0)",
  "update public.reports set html_content = html_content || $1::text where id = (select min(id) from public.reports where id > $1::text::int % 100)",
];

/** Writes to several tables, as an application does that knows of no migration: what breaks is tried again. */
export function writingApplication(url: string): WritingApplication {
  const db = connect({ url, applicationName: "clinic", max: 2, retryWithinMs: 1 });
  const stop = new AbortController();
  let written = 0;
  const refused = (async () => {
    for (let n = 0; !stop.signal.aborted; n += 1) {
      try {
        await db.query({ text: WRITES[n % WRITES.length] ?? "", values: [String(n)] });
        written += 1;
        await sleep(3);
      } catch (error) {
        if (error instanceof ServerError && error.code === READ_ONLY) break;
        // A server that restarts, or a session that was ended: an application tries again.
        if (!(error instanceof ConnectionError)) throw error;
        await sleep(50);
      }
    }
    await db.close();
  })();
  return {
    written: () => written,
    refused,
    async stop() {
      stop.abort();
      await refused;
    },
  };
}
