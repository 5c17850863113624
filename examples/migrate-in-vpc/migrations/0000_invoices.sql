-- offramp: lock_timeout 2s
create table invoices (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references profiles (id),
  cents integer not null check (cents >= 0),
  issued_on date not null default current_date
);
--> statement-breakpoint
create index invoices_profile_id_idx on invoices (profile_id);
