import type { Drift } from "./drift.ts";

export const viewsAndPartitions: readonly Drift[] = [
  // Views
  { name: "a view dropped", sql: "drop view adult_mails", findings: ["view public.adult_mails: missing"] },
  {
    name: "views over views dropped",
    sql: "drop view adults cascade",
    findings: ["view public.adults: missing", "view public.adult_mails: missing"],
  },
  {
    name: "views over views added",
    sql: "create view zz as select 1 as a; create view aa as select a from zz; create view mm as select a from aa",
    findings: ["view public.aa: unexpected", "view public.mm: unexpected", "view public.zz: unexpected"],
  },
  {
    name: "a view's query changed",
    sql: "create or replace view adults as select p.id, p.email, p.first from people p where p.born < '2007-01-01'",
    findings: ["view public.adults: query"],
  },
  {
    name: "a view with other columns",
    sql: "drop view adult_mails; create view adult_mails with (security_barrier = true) as select email as mail from adults",
    findings: ["view public.adult_mails: columns", "view public.adult_mails: query"],
  },
  {
    name: "a view's option removed",
    sql: "alter view adult_mails reset (security_barrier)",
    findings: ["view public.adult_mails: options"],
  },
  {
    name: "a materialized view's query changed",
    sql: "drop materialized view totals; create materialized view totals as select person_id, max(cents)::numeric as cents from billing.invoices group by person_id; create unique index totals_person on totals (person_id); grant select on totals to conformance_app with grant option",
    findings: ["materialized view public.totals: query"],
  },
  {
    name: "a materialized view emptied",
    sql: "refresh materialized view totals with no data",
    findings: ["materialized view public.totals: populated"],
  },
  // Partitions
  {
    name: "a partition detached",
    sql: "alter table events detach partition events_2026",
    findings: ["table public.events_2026: partition bound", "table public.events_2026: partition of"],
  },
  {
    name: "a partition dropped",
    sql: "drop table events_2026",
    findings: ["table public.events_2026: missing"],
  },
  {
    name: "a partition with other bounds",
    sql: "alter table events detach partition events_2026; alter table events attach partition events_2026 for values from ('2026-01-01') to ('2026-07-01')",
    findings: ["table public.events_2026: partition bound"],
  },
  {
    name: "a partition added",
    sql: "create table events_2030 partition of events for values from ('2030-01-01') to ('2031-01-01')",
    findings: ["table public.events_2030: unexpected"],
  },
];
