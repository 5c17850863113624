import type { Drift } from "./drift.ts";

export const functionsAndTriggers: readonly Drift[] = [
  // Functions
  {
    name: "a function dropped",
    sql: "drop function full_name(text, text)",
    findings: ["function public.full_name(text, text): missing"],
  },
  {
    name: "a function added",
    sql: "create function extra() returns int language sql as 'select 1'",
    findings: ["function public.extra(): unexpected"],
  },
  {
    name: "a function's body changed",
    sql: "create or replace function full_name(first text, last text) returns text language sql immutable parallel safe as $$ select last $$",
    findings: ["function public.full_name(text, text): body"],
  },
  {
    name: "a function's volatility changed",
    sql: "alter function full_name(text, text) volatile",
    findings: ["function public.full_name(text, text): volatility"],
  },
  {
    name: "a function no longer security definer",
    sql: "alter function secret(integer) security invoker",
    findings: ["function public.secret(integer): security"],
  },
  {
    name: "a function without its search_path",
    sql: "alter function secret(integer) reset search_path",
    findings: ["function public.secret(integer): settings"],
  },
  {
    name: "a function made strict, leakproof and cheap",
    sql: "alter function full_name(text, text) strict leakproof cost 1",
    findings: [
      "function public.full_name(text, text): strict",
      "function public.full_name(text, text): leakproof",
      "function public.full_name(text, text): cost",
    ],
  },
  {
    name: "a function that returns something else",
    sql: "drop function full_name(text, text); create function full_name(first text, last text) returns varchar language sql immutable parallel safe as $$ select first || ' ' || last $$; grant execute on function full_name(text, text) to public",
    findings: ["function public.full_name(text, text): result"],
  },
  {
    name: "a default for an argument",
    sql: "drop function full_name(text, text); create function full_name(first text, last text default '') returns text language sql immutable parallel safe as $$ select first || ' ' || last $$; grant execute on function full_name(text, text) to public",
    findings: ["function public.full_name(text, text): arguments"],
  },
  {
    name: "an overload in place of a function",
    sql: "drop function secret(integer); create function secret(id bigint) returns text language sql as $$ select '' $$",
    findings: ["function public.secret(integer): missing", "function public.secret(bigint): unexpected"],
  },
  {
    name: "a procedure dropped",
    sql: "drop procedure tidy()",
    findings: ["function public.tidy(): missing"],
  },
  {
    name: "an aggregate changed",
    sql: "drop aggregate longest(text); create aggregate longest(text) (sfunc = text_smaller, stype = text); grant execute on function longest(text) to public",
    findings: ["function public.longest(text): aggregate"],
  },
  // Triggers and rules
  {
    name: "a trigger dropped",
    sql: "drop trigger people_updated on people",
    findings: ["trigger people_updated on public.people: missing"],
  },
  {
    name: "a trigger added",
    sql: "create trigger extra after insert on people for each row execute function set_updated_at()",
    findings: ["trigger extra on public.people: unexpected"],
  },
  {
    name: "a trigger that fires at another time",
    sql: "drop trigger people_updated on people; create trigger people_updated before insert on people for each row execute function set_updated_at()",
    findings: ["trigger people_updated on public.people: definition"],
  },
  {
    name: "a trigger disabled",
    sql: "alter table people disable trigger people_updated",
    findings: ["trigger people_updated on public.people: enabled"],
  },
  {
    name: "a trigger for replicas only",
    sql: "alter table people enable replica trigger people_updated",
    findings: ["trigger people_updated on public.people: enabled"],
  },
  {
    name: "a rule dropped",
    sql: "drop rule no_delete on billing.scratch",
    findings: ["rule no_delete on billing.scratch: missing"],
  },
  {
    name: "an event trigger added",
    sql: "create function on_ddl() returns event_trigger language plpgsql as 'begin end'; create event trigger extra on ddl_command_end execute function on_ddl()",
    findings: ["event trigger extra: unexpected", "function public.on_ddl(): unexpected"],
  },
];
