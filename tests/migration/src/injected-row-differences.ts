/** A difference that is put into rows of a target which was equal, and what has to be named. */
export interface InjectedRowDifference {
  readonly name: string;
  /** Run on the target as its superuser, with triggers and foreign keys off. */
  readonly sql: string;
  /** What `verify` says of it: a line for each. */
  readonly named: readonly RegExp[];
}

const first = "id = md5('test1')::uuid";

/** Rows changed, missing, doubled and there without having been asked for; and sequences that stand still. */
export const INJECTED_ROW_DIFFERENCES: readonly InjectedRowDifference[] = [
  {
    name: "a row changed",
    sql: "update public.profiles set full_name = full_name || 'x' where mrn = 'MRN1'",
    named: [/^public\.profiles id=\S+ changed full_name$/],
  },
  {
    name: "two columns exchanged",
    sql: "update public.profiles set ssn = phone, phone = ssn where mrn = 'MRN2'",
    named: [/^public\.profiles id=\S+ changed ssn,phone$/],
  },
  {
    name: "null for an empty text",
    sql: `update public."Intake Forms" set "select" = null where "Form Id" = 1`,
    named: [/^public\.Intake Forms Form Id=1 changed select$/],
  },
  {
    name: "a sign that looks the same",
    sql: `update public."Intake Forms" set "患者メモ" = replace("患者メモ", ' ', U&'\\00A0') where "Form Id" = 2`,
    named: [/^public\.Intake Forms Form Id=2 changed 患者メモ$/],
  },
  {
    name: "a numeric's scale",
    sql: "update public.invoices set amount = amount + 0.01 where number = (select min(number) from public.invoices)",
    named: [/^public\.invoices number=\d+ changed amount$/],
  },
  {
    name: "a time zone's hour",
    sql: `update public.metabolic_tests set test_date = test_date + interval '1 hour' where ${first}`,
    named: [/^public\.metabolic_tests id=\S+ changed test_date$/],
  },
  {
    name: "the last bit of a number in an array",
    sql: "update public.metabolic_tests set samples[1] = samples[1] + 1.2e-16 where id = md5('test2')::uuid",
    named: [/^public\.metabolic_tests id=\S+ changed samples$/],
  },
  {
    name: "a number in JSON",
    sql: `update public.metabolic_tests set raw_data = jsonb_set(raw_data, '{breaths,3}', '-1') where id = md5('test3')::uuid`,
    named: [/^public\.metabolic_tests id=\S+ changed raw_data$/],
  },
  {
    name: "a field of a composite",
    sql: "update public.metabolic_tests set best.unit = 'l' where id = md5('test4')::uuid",
    named: [/^public\.metabolic_tests id=\S+ changed best$/],
  },
  {
    name: "a byte",
    sql: "update public.reports set thumbnail = set_byte(thumbnail, 3, (get_byte(thumbnail, 3) + 1) % 256) where id = 1",
    named: [/^public\.reports id=1 changed thumbnail$/],
  },
  {
    name: "the end of a range",
    sql: "update public.subscriptions set period = tstzrange(lower(period), upper(period), '[]') where id = 1",
    named: [/^public\.subscriptions id=1 changed period$/],
  },
  {
    name: "a fraction of a second",
    sql: "update public.medications set schedule = schedule + interval '1 microsecond' where (patient, name) = (select patient, name from public.medications order by 1, 2 limit 1)",
    named: [/^public\.medications patient=\S+ name=\w+ changed schedule$/],
  },
  {
    name: "a row missing",
    sql: "delete from public.messages where id = 7",
    named: [/^public\.messages id=7 missing in the target $/],
  },
  {
    name: "a row too many",
    sql: "insert into public.secrets_of_staff values (9999, md5('x')::uuid, 'nobody wrote this')",
    named: [/^public\.secrets_of_staff id=9999 only in the target $/],
  },
  {
    name: "a row that moved to another key",
    sql: "update public.clinics set id = 0 where id = 12",
    named: [/^public\.clinics id=12 missing in the target $/, /^public\.clinics id=0 only in the target $/],
  },
  {
    name: "a row of a partition",
    sql: "update public.readings set value = value + 1 where (device, at) = (select device, at from public.readings order by at limit 1)",
    named: [/^public\.readings device=\d+ at=.* changed value$/],
  },
  {
    name: "a row doubled in a table without a key",
    sql: "insert into public.audit_log (happened_at, what) values ('2026-03-01', 'heartbeat')",
    named: [/^public\.audit_log ctid .*\(7 in the source 8 in the target\) only in the target $/],
  },
  {
    name: "a sequence that was not advanced",
    sql: "select setval('public.messages_id_seq', 3)",
    named: [/^sequence public\.messages_id_seq /],
  },
];
