-- One or more of every kind of object that a catalog comparison reads.
create extension pg_trgm;
create extension btree_gist;
create schema billing;
comment on schema billing is 'invoices';

create type status as enum ('pending', 'processing', 'completed');
create type address as (street text, city text);
create type span as range (subtype = numeric);
create domain email as text check (value like '%@%');
create sequence invoice_number as integer start 1000 increment 1 maxvalue 99999 cache 1;

create function set_updated_at() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;
create function full_name(first text, last text) returns text language sql immutable parallel safe
  as $$ select first || ' ' || last $$;
create function secret(id integer) returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  as $$ begin return 'secret ' || id; end $$;
revoke execute on function secret(integer) from public;
grant execute on function secret(integer) to conformance_app;
create procedure tidy() language sql as $$ select 1 $$;
create aggregate longest(text) (sfunc = text_larger, stype = text);

create table people (
  id bigint generated always as identity primary key,
  code serial unique,
  email email not null,
  first text not null default 'Ann',
  last text,
  "Full Name" text generated always as (first || ' ' || coalesce(last, '')) stored,
  status status not null default 'pending',
  home address,
  born date check (born > '1900-01-01'),
  score numeric(5, 2) default 0,
  tags text[] default '{}',
  notes text collate "C",
  updated_at timestamptz default now(),
  constraint people_email_key unique (email) deferrable initially immediate
);
comment on table people is 'patients';
comment on column people.email is 'phi: identifier';
alter table people enable row level security;
alter table people force row level security;
create policy own_rows on people for select to conformance_app using (id = 1);
create policy "write rows" on people for insert to conformance_app with check (first <> '');
create index people_last_idx on people (last desc nulls last) where last is not null;
create index people_first_trgm on people using gin (first gin_trgm_ops);
create unique index people_lower_email on people (lower(email)) include (last);
create trigger people_updated before update on people for each row execute function set_updated_at();

create table visits (
  id uuid primary key default gen_random_uuid(),
  person_id bigint not null references people (id) on delete cascade deferrable initially deferred,
  during tstzrange not null,
  room integer,
  exclude using gist (room with =, during with &&)
);
create trigger visits_updated before update on visits for each row execute function set_updated_at();

create table billing.invoices (
  number integer primary key default nextval('public.invoice_number'),
  person_id bigint references people (id) on delete set null,
  cents bigint not null,
  issued date not null,
  constraint cents_positive check (cents >= 0)
);
alter table billing.invoices add constraint issued_late check (issued > '2000-01-01') not valid;
create unlogged table billing.scratch (a integer) with (fillfactor = 70);

create table events (at date not null, kind text, body jsonb) partition by range (at);
create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
create table events_other partition of events default;
create index events_at_idx on events (at);

create view adults as select p.id, p.email, p.first from people p where p.born < '2008-01-01';
create view adult_mails with (security_barrier = true) as select email from adults;
create materialized view totals as select person_id, sum(cents) as cents from billing.invoices group by person_id;
create unique index totals_person on totals (person_id);
create rule no_delete as on delete to billing.scratch do instead nothing;

grant usage on schema billing to conformance_app;
grant select, insert on people to conformance_app;
grant update (first, last) on people to conformance_app;
grant usage on sequence invoice_number to conformance_app;
grant select on adults, totals to conformance_app with grant option;
alter default privileges in schema billing grant select on tables to conformance_app;
alter default privileges revoke execute on functions from public;
