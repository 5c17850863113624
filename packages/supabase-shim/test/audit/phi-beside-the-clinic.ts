import { ADA } from "./audit-bench.ts";

/** Tables and functions beside the clinic's: with PHI, and with names that could be mistaken for those with PHI. */
export const PHI_BESIDE_THE_CLINIC: string = `
  create function initials(profiles) returns text stable language sql as $$ select left($1.full_name, 1) $$;
  create function patients_called(part text) returns setof profiles stable language sql
    as $$ select * from profiles where full_name like part $$;
  create function profiles(n int) returns int immutable language sql as $$ select n $$;
  create table record (id int primary key, diagnosis text);
  create table diary (email text primary key, mood text, patient_id uuid);
  insert into record values (1, 'x');
  insert into diary values ('ada@phi.example', 'good', '${ADA}');
  insert into audit.phi_column (table_schema, table_name, column_name, kind) values
    ('public', 'record', 'diagnosis', 'health'), ('public', 'diary', 'email', 'identifier'), ('public', 'diary', 'mood', 'health');
  insert into audit.phi_subject (table_schema, table_name, column_name) values ('public', 'diary', 'patient_id');
  create function counted(n int) returns table (number int, diagnosis text) stable language sql
    as $$ select id, 'none' from record where id <= n $$;`;
