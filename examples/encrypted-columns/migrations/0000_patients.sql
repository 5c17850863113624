create table patients (
  id uuid primary key default gen_random_uuid(),
  name text,
  ssn bytea,
  born bytea,
  chart bytea
);
create index patients_ssn_idx on patients (substring(ssn from 2 for 16));
