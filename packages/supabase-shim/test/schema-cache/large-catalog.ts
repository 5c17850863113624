import type { Database } from "@offramp/db";

/** How large a schema {@link createLargeSchema} makes. */
export interface LargeSchema {
  readonly tables: number;
  readonly views: number;
  readonly functions: number;
}

/**
 * A schema of an application that has grown: tables with two foreign keys each, every tenth a junction, views
 * over joins and over other views, and functions with a few arguments.
 */
export async function createLargeSchema(db: Database, size: LargeSchema): Promise<void> {
  await db.query({ text: schemaScript(size), script: true });
}

function schemaScript({ tables, views, functions }: LargeSchema): string {
  const statements: string[] = ["create domain email as text check (value like '%@%')"];
  const keys: string[] = [];
  for (let index = 0; index < tables; index += 1) {
    const junction = index % 10 === 9;
    const primaryKey = junction ? "first_id, second_id" : "id";
    statements.push(`
      create table t${index} (
        id int not null, first_id int not null, second_id int not null, name text not null default 'none',
        email email, amount numeric(12, 2), tags text[], data jsonb default '{}', done boolean default false,
        created_at timestamptz not null default now(), updated_at timestamptz, note varchar(200),
        primary key (${primaryKey}), unique (id)
      )`);
    const [first, second] = [(index * 7) % tables, (index * 13 + 1) % tables];
    keys.push(
      `alter table t${index} add constraint t${index}_first_fkey foreign key (first_id) references t${first} (id)`,
      `alter table t${index} add constraint t${index}_second_fkey foreign key (second_id) references t${second} (id)`,
    );
  }
  statements.push(...keys);
  for (let index = 0; index < views; index += 1) {
    const over =
      index % 4 === 3
        ? `select id, first_id, name from v${index - 1}`
        : `select a.id, a.first_id, a.name, b.email, count(c.id) over () as n, lower(a.note) as note
           from t${index} a join t${(index * 7) % tables} b on b.id = a.first_id
           left join t${index + 1} c on c.id = a.second_id`;
    statements.push(`create view v${index} as ${over}`);
  }
  for (let index = 0; index < functions; index += 1) {
    const returns = index % 5 === 0 ? `setof t${index % tables}` : "int";
    const body = index % 5 === 0 ? `select * from t${index % tables}` : "select a";
    statements.push(
      `create function f${index} (a int, b text default 'x', c jsonb default null) returns ${returns} language sql stable as $$ ${body} $$`,
    );
  }
  return statements.join(";\n");
}
