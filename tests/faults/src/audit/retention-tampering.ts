import { createHash } from "node:crypto";
import { fileArchive, type SigningKey } from "@offramp/audit";
import { newKey, type SealedTrail, type Tampering } from "./sealed-trail.ts";

/** Seals come after the four of the trail: the old months are in blocks 4 and 5, the statements' records in block 6. */
const FIRST_OLD = 4;

/** Two months whose time is over, of three sealed records each. */
async function oldMonths({ admin, trail }: SealedTrail): Promise<void> {
  for (const month of ["2019-01", "2019-02"]) {
    await admin.query({
      text: `begin;
        set local timezone = 'UTC';
        set local role offramp_audit_owner;
        create table audit.phi_access_log_${month.replace("-", "")} partition of audit.phi_access_log
          for values from ('${month}-01') to ('${month}-01'::timestamptz + interval '1 month');
        reset role;
        insert into audit.phi_access_log (recorded_at, actor_id, action, relations, columns, subjects)
          select '${month}-02'::timestamptz + n * interval '1 hour', 'u-1', 'READ', '{public.profiles}', '{}', '{p1}'
          from generate_series(1, 3) as n;
        commit;`,
      script: true,
    });
    await trail.seal();
  }
}

/** The same, and they have left the trail in order. */
async function gone(sealed: SealedTrail): Promise<void> {
  await oldMonths(sealed);
  await sealed.trail.retain({ archive: fileArchive(sealed.folder) });
  await sealed.trail.seal();
  const { intact, dropped, findings } = await sealed.trail.verify();
  if (!intact || dropped !== 6)
    throw new Error(`Honest retention is not intact: ${JSON.stringify(findings)}`);
}

/** Only the first month has left the trail; the statement is there to be imitated. */
async function firstGone(sealed: SealedTrail): Promise<string> {
  await oldMonths(sealed);
  const hold = await sealed.trail.hold({
    reason: "for the test",
    between: ["2019-02-01T00:00:00Z", "2019-03-01T00:00:00Z"],
  });
  await sealed.trail.retain({ archive: fileArchive(sealed.folder) });
  await sealed.trail.releaseHold(hold, "for the test");
  await sealed.trail.seal();
  const [first] = await sealed.trail.retentions();
  return first?.text ?? "";
}

/** Drops the second month and says, in the words of the first one's statement, that its time was over. */
async function imitate(sealed: SealedTrail, key: SigningKey): Promise<void> {
  const text = (await firstGone(sealed))
    .replace("number 0", "number 1")
    .replaceAll("201901", "201902")
    .replace(
      "month 2019-01-01T00:00:00Z 2019-02-01T00:00:00Z",
      "month 2019-02-01T00:00:00Z 2019-03-01T00:00:00Z",
    )
    .replace(`leaves ${FIRST_OLD}-${FIRST_OLD}`, `leaves ${FIRST_OLD + 1}-${FIRST_OLD + 1}`);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const signed = Buffer.from(`offramp audit retention 1 ${sha256}\n`);
  const signature = Buffer.from(await key.sign(signed)).toString("base64");
  await sealed.tamper("drop table audit.phi_access_log_201902");
  await sealed.admin.query({
    text: `insert into audit.retention (number, statement, signature, month_to)
      values (1, $1, decode($2, 'base64'), '2019-03-01T00:00:00Z')`,
    values: [text, signature],
  });
}

const removedMonth = (seal: number): { kind: "removed"; seal: number } => ({ kind: "removed", seal });

/** What a superuser does to records whose time is over, and to what is said of them. */
export const RETENTION_TAMPERINGS: readonly Tampering[] = [
  {
    name: "drop a month without a word",
    tamper: async (sealed) => {
      await oldMonths(sealed);
      await sealed.tamper("drop table audit.phi_access_log_201901");
    },
    expected: () => [removedMonth(FIRST_OLD)],
  },
  {
    name: "drop a month of which some records are not sealed",
    tamper: async (sealed) => {
      await oldMonths(sealed);
      await sealed.tamper(`
        insert into audit.phi_access_log (recorded_at, action, relations, columns)
          values ('2019-01-20', 'READ', '{public.profiles}', '{}');
        drop table audit.phi_access_log_201901;`);
    },
    expected: () => [removedMonth(FIRST_OLD)],
  },
  {
    name: "detach a month",
    tamper: async (sealed) => {
      await oldMonths(sealed);
      await sealed.tamper("alter table audit.phi_access_log detach partition audit.phi_access_log_201902");
    },
    expected: () => [removedMonth(FIRST_OLD + 1)],
  },
  {
    name: "drop a month and sign the statement with another key",
    tamper: (sealed) => imitate(sealed, newKey("seal-1")),
    expected: () => [{ kind: "forged-retention", retention: 1 }, removedMonth(FIRST_OLD + 1)],
  },
  {
    name: "drop a month and sign the statement with the stolen key, without a record in the trail",
    tamper: (sealed) => imitate(sealed, sealed.key),
    expected: () => [{ kind: "forged-retention", retention: 1 }, removedMonth(FIRST_OLD + 1)],
  },
  {
    name: "edit a retention statement to cover another month",
    tamper: async (sealed) => {
      await firstGone(sealed);
      await sealed.tamper(`
        update audit.retention set statement = replace(statement, 'leaves 4-4', 'leaves 4-5');
        drop table audit.phi_access_log_201902;`);
    },
    expected: () => [
      { kind: "forged-retention", retention: 0 },
      removedMonth(FIRST_OLD),
      removedMonth(FIRST_OLD + 1),
    ],
  },
  {
    name: "put a retention statement in no form at all",
    tamper: async (sealed) => {
      await gone(sealed);
      await sealed.tamper("update audit.retention set statement = 'it was old' where number = 1");
    },
    expected: () => [{ kind: "forged-retention", retention: 1 }, removedMonth(FIRST_OLD + 1)],
  },
  {
    name: "delete the first retention statement",
    tamper: async (sealed) => {
      await gone(sealed);
      await sealed.tamper("delete from audit.retention where number = 0");
    },
    expected: () => [{ kind: "missing-retention", retention: 0 }, removedMonth(FIRST_OLD)],
  },
  {
    name: "delete the last retention statement",
    tamper: async (sealed) => {
      await gone(sealed);
      await sealed.tamper("delete from audit.retention where number = 1");
    },
    expected: () => [{ kind: "missing-retention", retention: 1 }, removedMonth(FIRST_OLD + 1)],
  },
  {
    name: "delete all that is said of a drop",
    tamper: async (sealed) => {
      await gone(sealed);
      await sealed.tamper(`
        delete from audit.retention;
        delete from audit.phi_access_log where relations = '{audit.phi_access_log}';`);
    },
    expected: () => [removedMonth(FIRST_OLD), removedMonth(FIRST_OLD + 1), removedMonth(FIRST_OLD + 2)],
  },
  {
    name: "put another record into a month that has left",
    tamper: async (sealed) => {
      await gone(sealed);
      await sealed.tamper(`
        insert into audit.phi_access_log overriding system value
          select (jsonb_populate_record(log, jsonb_build_object('id', 900001, 'transaction_id', sealed.xid))).*
          from audit.phi_access_log as log,
            (select (to_transaction::text::bigint - 1)::text as xid from audit.seal where number = ${FIRST_OLD}) as sealed
          order by id limit 1`);
    },
    expected: () => [{ kind: "inserted", seal: FIRST_OLD, id: "900001" }],
  },
];
