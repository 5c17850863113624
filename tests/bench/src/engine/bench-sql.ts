/** How many rows the tables have. */
export const SIZE = { items: 10_000, customers: 1000, tags: 40, stock: 20_000 } as const;

/** The role of the arms that run with role and claims. */
export const BENCH_ROLE = "offramp_bench_user";

/** The tables of `bench-tables.ts`, their rows, and a function; the same on every run. */
export const BENCH_SQL = `
create table items (
  id integer primary key, name text not null, category text not null, price integer not null,
  added date not null, note text
);
insert into items select n, 'Item ' || n, 'category ' || n % 20, n * 7 % 1000, date '2026-01-01' + n % 300,
  case when n % 3 = 0 then null else 'note of item ' || n end
from generate_series(1, ${SIZE.items}) as n;

create table customers (id integer primary key, name text not null, active boolean not null);
insert into customers select n, 'Customer ' || n, n % 2 = 0 from generate_series(1, ${SIZE.customers}) as n;
create table orders (
  id integer primary key, customer_id integer not null references customers, total integer not null
);
insert into orders select n, (n - 1) / 5 + 1, n * 13 % 500 from generate_series(1, ${SIZE.customers * 5}) as n;
create index on orders (customer_id);
create table lines (id integer primary key, order_id integer not null references orders, quantity integer not null);
insert into lines select n, (n - 1) / 3 + 1, n % 9 + 1 from generate_series(1, ${SIZE.customers * 15}) as n;
create index on lines (order_id);
create table tags (id integer primary key, label text not null);
insert into tags select n, 'tag ' || n from generate_series(1, ${SIZE.tags}) as n;
create table customer_tags (
  customer_id integer not null references customers, tag_id integer not null references tags,
  primary key (customer_id, tag_id)
);
insert into customer_tags select n, (n + k * 7) % ${SIZE.tags} + 1
from generate_series(1, ${SIZE.customers}) as n, generate_series(1, 4) as k;

create table entries (
  id integer primary key generated always as identity, name text not null, price integer not null, added date not null
);
create table stock (id integer primary key, quantity integer not null) with (fillfactor = 50);
insert into stock select n, 0 from generate_series(1, ${SIZE.stock}) as n;
create function add_numbers(a integer, b integer) returns integer immutable language sql return a + b;
analyze;
`;

/** Tables that nothing asks for, so that the schema cache is as large as an application's. */
export function manyTables(count: number): string {
  return `do $$ begin
    for n in 1..${count} loop
      execute format('create table extra_%s (id integer primary key, name text, extra_id integer references extra_%s)',
        n, greatest(n - 1, 1));
    end loop;
  end $$`;
}

/** The role, and what it may do. Roles belong to the server, so another database may have made it. */
export const ROLE_SQL = `
do $$ begin
  create role ${BENCH_ROLE} nologin;
exception when duplicate_object then null; end $$;
grant usage on schema public to ${BENCH_ROLE};
grant all on all tables in schema public to ${BENCH_ROLE};
`;
