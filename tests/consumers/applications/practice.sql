-- What the practice has beside the clinic's own tables.
create type visit_status as enum ('booked', 'seen', 'missed');

create table visits (
  id bigint generated always as identity primary key,
  patient_id uuid not null references profiles (id),
  test_id uuid unique references metabolic_tests (id),
  status visit_status not null default 'booked',
  begins_at timestamptz not null,
  room text,
  questionnaire jsonb
);

create view open_visits as
  select id, patient_id, begins_at, room from visits where status = 'booked';

create function visits_per_day(since date, only_status visit_status default null)
  returns table (day date, visits bigint)
  language sql stable
  as $$
    select begins_at::date, count(*) from visits
    where begins_at >= since and (only_status is null or status = only_status)
    group by 1 order by 1
  $$;

create function visits_of(patient uuid) returns setof visits
  language sql stable
  as $$ select * from visits where patient_id = patient $$;
