import { type Finding, openTrail } from "@offramp/audit";
import { RETENTION_TAMPERINGS } from "./retention-tampering.ts";
import { newKey, rewriteAnchor, type SealedTrail, type Tampering } from "./sealed-trail.ts";

/** Each column of a record, with another value of its type. */
const CHANGES: Readonly<Record<string, string>> = {
  recorded_at: "recorded_at + interval '1 microsecond'",
  transaction_at: "transaction_at - interval '1 hour'",
  database_user: "'somebody'",
  database_role: "'somebody'",
  actor_id: "null",
  actor_role: "'clinician'",
  on_behalf_of: "'u-9'",
  purpose_of_use: "'ETREAT'",
  break_glass: "true",
  application: "'another'",
  request_id: "''",
  ip: "'192.0.2.8'",
  user_agent: "'curl'",
  action: "'UPDATE'",
  relations: "array['public.reports']",
  columns: "'{}'",
  filters: "array['public.profiles.email eq']",
  record_keys: `'{"public.profiles": ["p2"]}'`,
  subjects: "array['p2']",
  row_count: "row_count + 1",
  outcome: "'denied'",
  sqlstate: "'42501'",
  writer_id: "gen_random_uuid()",
  writer_call: "7",
  details: `'{"note": "harmless"}'`,
};

/** A record of the second block. */
const VICTIM = 7;

const id = ({ ids }: SealedTrail, index: number): string => ids[index] ?? "";

const remove = (name: string, index: number, seal: number): Tampering => ({
  name,
  tamper: (sealed) => sealed.tamper(`delete from audit.phi_access_log where id = ${id(sealed, index)}`),
  expected: (sealed) => [{ kind: "removed", seal, id: id(sealed, index) }],
});

const COPY = `insert into audit.phi_access_log overriding system value
  select (jsonb_populate_record(log, jsonb_build_object('id', 900001))).* from audit.phi_access_log as log where id = `;

export const TAMPERINGS: readonly Tampering[] = [
  ...Object.entries(CHANGES).map(([column, value]) => ({
    name: `change ${column}`,
    tamper: (sealed: SealedTrail) =>
      sealed.tamper(`update audit.phi_access_log set ${column} = ${value} where id = ${id(sealed, VICTIM)}`),
    expected: (sealed: SealedTrail) => [{ kind: "changed", seal: 1, id: id(sealed, VICTIM) } as const],
  })),
  remove("delete the first record", 0, 0),
  remove("delete one in the middle", VICTIM, 1),
  remove("delete the last record", 19, 3),
  {
    name: "insert a record with a free id",
    tamper: (sealed) => sealed.tamper(`${COPY}${id(sealed, VICTIM)}`),
    expected: () => [{ kind: "inserted", seal: 1, id: "900001" }],
  },
  {
    name: "swap two records",
    tamper: (sealed) => {
      const [one, other] = [id(sealed, 6), id(sealed, 8)];
      return sealed.tamper(`
        alter table audit.phi_access_log alter column id drop identity;
        update audit.phi_access_log set id = -1 where id = ${one};
        update audit.phi_access_log set id = ${one} where id = ${other};
        update audit.phi_access_log set id = ${other} where id = -1;`);
    },
    expected: (sealed) => [
      { kind: "reordered", seal: 1, id: id(sealed, 6), other: id(sealed, 8) },
      { kind: "reordered", seal: 1, id: id(sealed, 8), other: id(sealed, 6) },
    ],
  },
  {
    name: "move a record out of its block",
    tamper: (sealed) =>
      sealed.tamper(
        `update audit.phi_access_log set transaction_id = (select to_transaction from audit.seal where number = 2) where id = ${id(sealed, VICTIM)}`,
      ),
    expected: (sealed) => [
      { kind: "removed", seal: 1, id: id(sealed, VICTIM) },
      { kind: "inserted", seal: 3, id: id(sealed, VICTIM) },
    ],
  },
  {
    name: "move a record to the partition of another month",
    tamper: (sealed) =>
      sealed.tamper(
        `update audit.phi_access_log set recorded_at = recorded_at + interval '1 month' where id = ${id(sealed, VICTIM)}`,
      ),
    expected: (sealed) => [{ kind: "changed", seal: 1, id: id(sealed, VICTIM) }],
  },
  {
    name: "cut off the tail with its seals",
    tamper: (sealed) =>
      sealed.tamper(`
        delete from audit.phi_access_log where transaction_id >= (select to_transaction from audit.seal where number = 1);
        delete from audit.seal where number >= 2;`),
    expected: () => [{ kind: "truncated-tail", seal: 2 }],
  },
  {
    name: "edit a seal",
    tamper: (sealed) =>
      sealed.tamper(
        "update audit.seal set statement = replace(statement, 'records 5', 'records 4') where number = 1",
      ),
    expected: () => [{ kind: "forged-seal", seal: 1 }],
  },
  {
    name: "put a seal's statement in no form at all",
    tamper: (sealed) => sealed.tamper("update audit.seal set statement = 'sealed' where number = 1"),
    expected: () => [{ kind: "forged-seal", seal: 1 }],
  },
  {
    name: "delete a seal",
    tamper: (sealed) => sealed.tamper("delete from audit.seal where number = 1"),
    expected: () => [{ kind: "missing-seal", seal: 1 }],
  },
  {
    name: "move the end of a block",
    tamper: (sealed) => sealed.tamper("update audit.seal set to_transaction = '1' where number = 1"),
    expected: () => [{ kind: "forged-seal", seal: 1 }],
  },
  {
    name: "change a record and the list of leaves",
    tamper: (sealed) =>
      sealed.tamper(`
        update audit.phi_access_log set actor_id = 'nobody' where id = ${id(sealed, VICTIM)};
        update audit.seal set leaves = decode(repeat('00', 200), 'hex') where number = 1;`),
    expected: () => [{ kind: "block-differs", seal: 1 }],
  },
  {
    name: "take a record away and seal anew with another key",
    tamper: async (sealed) => {
      await sealed.tamper(
        `delete from audit.phi_access_log where id = ${id(sealed, VICTIM)}; delete from audit.seal;`,
      );
      await openTrail(sealed.admin, { key: newKey("seal-2") }).seal();
    },
    expected: () => [
      { kind: "wrong-key", seal: 0 },
      { kind: "anchor-differs", seal: 0 },
    ],
  },
  {
    name: "take a record away and seal anew with the stolen key",
    tamper: async (sealed) => {
      await sealed.tamper(
        `delete from audit.phi_access_log where id = ${id(sealed, VICTIM)}; delete from audit.seal;`,
      );
      await openTrail(sealed.admin, { key: sealed.key }).seal({ blockRecords: 5 });
    },
    expected: () => [{ kind: "anchor-differs", seal: 0 }],
  },
  {
    name: "take a seal out of the anchor",
    tamper: (sealed) => rewriteAnchor(sealed.anchorPath, (lines) => lines.filter((_, index) => index !== 1)),
    expected: () => [{ kind: "anchor-differs", seal: 1 }],
  },
  ...RETENTION_TAMPERINGS,
];

/** The expected findings that verifying did not make, as texts; and what it found on a trail that nobody touched. */
export async function unnamed(tampering: Tampering, sealed: SealedTrail): Promise<string[]> {
  await tampering.tamper(sealed);
  const { findings, intact } = await sealed.trail.verify();
  const missing = tampering
    .expected(sealed)
    .filter(
      (wanted) =>
        !findings.some((finding) =>
          Object.entries(wanted).every(([field, value]) => finding[field as keyof Finding] === value),
        ),
    )
    .map(
      (wanted) => `${tampering.name}: not found: ${JSON.stringify(wanted)}, but ${JSON.stringify(findings)}`,
    );
  return intact ? [...missing, `${tampering.name}: the trail counts as intact`] : missing;
}
