import type { Drift } from "./drift.ts";

export const grantsAndExtensions: readonly Drift[] = [
  // Grants
  {
    name: "a privilege revoked",
    sql: "revoke insert on people from conformance_app",
    findings: ["grant on table public.people to conformance_app: privileges"],
  },
  {
    name: "a privilege granted",
    sql: "grant delete on people to conformance_app",
    findings: ["grant on table public.people to conformance_app: privileges"],
  },
  {
    name: "a table opened to everyone",
    sql: "grant select on visits to public",
    findings: ["grant on table public.visits to public: unexpected"],
  },
  {
    name: "a column grant revoked",
    sql: "revoke update (last) on people from conformance_app",
    findings: ["grant on column public.people.last to conformance_app: missing"],
  },
  {
    name: "a column grant added",
    sql: "grant select (notes) on people to public",
    findings: ["grant on column public.people.notes to public: unexpected"],
  },
  {
    name: "a grant option taken",
    sql: "revoke grant option for select on adults from conformance_app",
    findings: ["grant on table public.adults to conformance_app: privileges"],
  },
  {
    name: "a function opened to everyone",
    sql: "grant execute on function secret(integer) to public",
    findings: ["grant on function public.secret(integer) to public: unexpected"],
  },
  {
    name: "a schema closed",
    sql: "revoke usage on schema billing from conformance_app",
    findings: ["grant on schema billing to conformance_app: missing"],
  },
  {
    name: "a sequence's grant revoked",
    sql: "revoke usage on sequence invoice_number from conformance_app",
    findings: ["grant on sequence public.invoice_number to conformance_app: missing"],
  },
  {
    name: "a type closed",
    sql: "revoke usage on type status from public",
    findings: ["grant on type public.status to public: missing"],
  },
  {
    name: "default privileges changed",
    sql: "alter default privileges in schema billing grant insert on tables to conformance_app",
    findings: ["default privileges on tables in billing to conformance_app: privileges"],
  },
  {
    name: "default privileges lost",
    sql: "alter default privileges in schema billing revoke select on tables from conformance_app; alter default privileges grant execute on functions to public",
    findings: [
      "default privileges on functions to public: missing",
      "default privileges on tables in billing to conformance_app: missing",
    ],
  },
  // Extensions and schemas
  {
    name: "an extension dropped, with what used it",
    sql: "drop extension pg_trgm cascade",
    findings: ["extension pg_trgm: missing", "index public.people_first_trgm on people: missing"],
  },
  {
    name: "an extension added",
    sql: "create extension citext schema billing",
    findings: ["extension citext: unexpected"],
  },
  {
    name: "an extension moved",
    sql: "alter extension pg_trgm set schema billing",
    findings: ["extension pg_trgm: schema", "index public.people_first_trgm on people: columns"],
  },
  {
    name: "a schema's comment changed",
    sql: "comment on schema billing is 'other'",
    findings: ["schema billing: comment"],
  },
];
