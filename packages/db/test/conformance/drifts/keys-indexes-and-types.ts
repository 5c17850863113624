import type { Drift } from "./drift.ts";

export const keysIndexesAndTypes: readonly Drift[] = [
  // Constraints
  {
    name: "a primary key dropped",
    sql: "alter table visits drop constraint visits_pkey",
    findings: ["constraint visits_pkey on public.visits: missing"],
  },
  {
    name: "a unique constraint dropped",
    sql: "alter table people drop constraint people_email_key",
    findings: ["constraint people_email_key on public.people: missing"],
  },
  {
    name: "a unique constraint over other columns",
    sql: "alter table people drop constraint people_email_key; alter table people add constraint people_email_key unique (email, first) deferrable",
    findings: ["constraint people_email_key on public.people: definition"],
  },
  {
    name: "a unique constraint no longer deferrable",
    sql: "alter table people drop constraint people_email_key; alter table people add constraint people_email_key unique (email)",
    findings: ["constraint people_email_key on public.people: deferrable"],
  },
  {
    name: "a primary key made deferrable under a foreign key",
    sql: "alter table visits drop constraint visits_person_id_fkey; alter table billing.invoices drop constraint invoices_person_id_fkey; alter table people drop constraint people_pkey; alter table people add constraint people_pkey primary key (id, code)",
    findings: [
      "constraint people_pkey on public.people: definition",
      "constraint visits_person_id_fkey on public.visits: missing",
      "constraint invoices_person_id_fkey on billing.invoices: missing",
    ],
  },
  {
    name: "a foreign key dropped",
    sql: "alter table visits drop constraint visits_person_id_fkey",
    findings: ["constraint visits_person_id_fkey on public.visits: missing"],
  },
  {
    name: "ON DELETE changed",
    sql: "alter table billing.invoices drop constraint invoices_person_id_fkey; alter table billing.invoices add constraint invoices_person_id_fkey foreign key (person_id) references people (id) on delete cascade",
    findings: ["constraint invoices_person_id_fkey on billing.invoices: on delete"],
  },
  {
    name: "ON UPDATE changed",
    sql: "alter table billing.invoices drop constraint invoices_person_id_fkey; alter table billing.invoices add constraint invoices_person_id_fkey foreign key (person_id) references people (id) on delete set null on update cascade",
    findings: ["constraint invoices_person_id_fkey on billing.invoices: on update"],
  },
  {
    name: "a foreign key no longer deferred",
    sql: "alter table visits alter constraint visits_person_id_fkey not deferrable",
    findings: ["constraint visits_person_id_fkey on public.visits: deferrable"],
  },
  {
    name: "a foreign key not validated",
    sql: "alter table billing.invoices drop constraint invoices_person_id_fkey; alter table billing.invoices add constraint invoices_person_id_fkey foreign key (person_id) references people (id) on delete set null not valid",
    findings: ["constraint invoices_person_id_fkey on billing.invoices: valid"],
  },
  {
    name: "a check changed",
    sql: "alter table billing.invoices drop constraint cents_positive; alter table billing.invoices add constraint cents_positive check (cents >= -1)",
    findings: ["constraint cents_positive on billing.invoices: definition"],
  },
  {
    name: "a check no longer inherited",
    sql: "alter table billing.invoices drop constraint cents_positive; alter table billing.invoices add constraint cents_positive check (cents >= 0) no inherit",
    findings: ["constraint cents_positive on billing.invoices: inherited"],
  },
  {
    name: "a check validated",
    sql: "alter table billing.invoices validate constraint issued_late",
    findings: ["constraint issued_late on billing.invoices: valid"],
  },
  {
    name: "a check added",
    sql: "alter table visits add constraint room_small check (room < 10)",
    findings: ["constraint room_small on public.visits: unexpected"],
  },
  {
    name: "an exclusion constraint dropped",
    sql: "alter table visits drop constraint visits_room_during_excl",
    findings: ["constraint visits_room_during_excl on public.visits: missing"],
  },
  // Indexes
  {
    name: "an index dropped",
    sql: "drop index people_last_idx",
    findings: ["index public.people_last_idx on people: missing"],
  },
  {
    name: "an index added",
    sql: "create index extra on people (born)",
    findings: ["index public.extra on people: unexpected"],
  },
  {
    name: "an index's predicate changed",
    sql: "drop index people_last_idx; create index people_last_idx on people (last desc nulls last)",
    findings: ["index public.people_last_idx on people: predicate"],
  },
  {
    name: "an index's order changed",
    sql: "drop index people_last_idx; create index people_last_idx on people (last) where last is not null",
    findings: ["index public.people_last_idx on people: columns"],
  },
  {
    name: "an index's operator class changed",
    sql: "drop index people_first_trgm; create index people_first_trgm on people using gist (first gist_trgm_ops)",
    findings: [
      "index public.people_first_trgm on people: columns",
      "index public.people_first_trgm on people: method",
    ],
  },
  {
    name: "an index no longer unique",
    sql: "drop index people_lower_email; create index people_lower_email on people (lower(email)) include (last)",
    findings: ["index public.people_lower_email on people: unique"],
  },
  {
    name: "an index without its included column",
    sql: "drop index people_lower_email; create unique index people_lower_email on people (lower(email))",
    findings: ["index public.people_lower_email on people: include"],
  },
  {
    name: "an index left invalid",
    sql: "update pg_index set indisvalid = false where indexrelid = 'people_last_idx'::regclass",
    findings: ["index public.people_last_idx on people: valid"],
  },
  {
    name: "a partitioned index dropped",
    sql: "drop index events_at_idx",
    findings: ["index public.events_at_idx on events: missing"],
  },
  // Sequences
  {
    name: "a sequence dropped",
    sql: "alter table billing.invoices alter number drop default; drop sequence invoice_number",
    findings: ["sequence public.invoice_number: missing", "column billing.invoices.number: default"],
  },
  {
    name: "a sequence's step changed",
    sql: "alter sequence invoice_number increment 5 cycle",
    findings: ["sequence public.invoice_number: increment", "sequence public.invoice_number: cycle"],
  },
  { name: "a sequence added", sql: "create sequence extra", findings: ["sequence public.extra: unexpected"] },
  {
    name: "a sequence that lost its column",
    sql: "alter sequence people_code_seq owned by none",
    findings: ["sequence public.people_code_seq: owned by"],
  },
  // Types
  {
    name: "an enum label added at the end",
    sql: "alter type status add value 'failed'",
    findings: ["enum public.status: labels"],
  },
  {
    name: "an enum label missing in the middle",
    sql: "alter type status rename to old; create type status as enum ('pending', 'completed'); alter table people alter status drop default, alter status type status using status::text::status, alter status set default 'pending'; drop type old",
    findings: ["enum public.status: labels"],
  },
  {
    name: "an enum label renamed",
    sql: "alter type status rename value 'completed' to 'done'",
    findings: ["enum public.status: labels"],
  },
  {
    name: "a type added",
    sql: "create type extra as enum ('a')",
    findings: ["enum public.extra: unexpected"],
  },
  {
    name: "a domain's check dropped",
    sql: "alter domain email drop constraint email_check",
    findings: ["constraint email_check on public.email: missing"],
  },
  {
    name: "a domain with NOT NULL and a default",
    sql: "alter domain email set not null; alter domain email set default 'a@b'",
    findings: ["domain public.email: nullable", "domain public.email: default"],
  },
  {
    name: "an attribute added to a composite type",
    sql: "alter type address add attribute country text",
    findings: ["composite type public.address: attributes"],
  },
  {
    name: "an attribute lost and another's type changed",
    sql: "alter type address drop attribute street; alter table people drop column home; alter type address alter attribute city type varchar(20); alter table people add home address",
    findings: ["composite type public.address: attributes"],
    mended: false,
  },
  {
    name: "a range type over something else",
    sql: "drop type span; create type span as range (subtype = int8)",
    findings: ["range type public.span: subtype"],
    mended: false,
  },
];
