import { auditMigrations, phiMarksMigration } from "@offramp/audit";
import { clinicMigrations, connect, migrate } from "@offramp/db";
import * as schema from "@offramp/db/schema";

export const CALLER_NAME = "kill test caller";

/**
 * A clinic with its trail, functions that do what the tables' doors do, and a witness: a plain table to which a trigger writes each change of a patient's row, in the
 * transaction of the change and knowing nothing of the trail.
 */
export async function setScene(url: string, patients: number): Promise<void> {
  const admin = connect({ url, max: 1 });
  await migrate(admin, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]);
  await admin.query({
    text: `insert into profiles (email, full_name)
        select 'p' || n || '@example.com', 'Patient ' || n from generate_series(1, ${patients}) as n;
      create function find_patient(patient uuid) returns setof profiles language sql stable
        as 'select * from profiles where id = patient';
      create function find_patients(pattern text) returns setof profiles language sql stable
        as 'select * from profiles where email like pattern';
      create function create_patient(email text, name text) returns setof profiles language sql
        as 'insert into profiles (email, full_name) values (email, name) returning *';
      create function rename_patient(patient uuid, name text) returns setof profiles language sql
        as 'update profiles set full_name = name where id = patient returning *';
      create function remove_patient(patient uuid) returns setof profiles language sql
        as 'delete from profiles where id = patient returning *';
      create table witness (action text not null, patient text not null, call text);
      create function bear_witness() returns trigger language plpgsql as $$
      begin
        insert into witness values (
          case tg_op when 'INSERT' then 'CREATE' else tg_op end,
          coalesce(new.id, old.id),
          -- A caller writes the name of its call; a deleted row has only the one of an earlier call.
          case when tg_op <> 'DELETE' then new.full_name end);
        return null;
      end $$;
      create trigger bear_witness after insert or update or delete on profiles
        for each row execute function bear_witness();`,
    script: true,
  });
  await admin.close();
}
