import type postgres from "postgres";
import { BENCH_ROLE } from "../bench-sql.ts";
import type { HandStatement } from "../workload.ts";
import type { Arm } from "./arm.ts";
import { answerOf, auditedStatement, handStatement } from "./hand-statement.ts";

export const ACTOR = { id: "dr-1", role: "clinician" } as const;
export const CLAIMS = { role: BENCH_ROLE, sub: "00000000-0000-4000-8000-000000000001" } as const;

type Runner = Pick<postgres.Sql, "unsafe">;

async function run(sql: Runner, { text, values }: HandStatement): Promise<unknown> {
  const [row] = await sql.unsafe<{ body?: string }[]>(text, [...values], { prepare: true });
  return answerOf(row);
}

/** `begin`, role and claims, the statement and `commit`, sent without waiting in between. */
async function runAs(sql: postgres.Sql, statement: HandStatement): Promise<unknown> {
  const connection = await sql.reserve();
  try {
    const [, , answer] = await Promise.all([
      connection.unsafe("begin"),
      connection.unsafe(
        "select set_config('request.jwt.claims', $1, true), set_config('role', $2, true)",
        [JSON.stringify(CLAIMS), BENCH_ROLE],
        { prepare: true },
      ),
      run(connection, statement),
      connection.unsafe("commit"),
    ]);
    return answer;
  } finally {
    connection.release();
  }
}

/** The limit: postgres.js, prepared statements, JSON built in SQL. */
export const hand: Arm = {
  name: "hand",
  against: "hand",
  call:
    ({ hand: sql }, workload) =>
    (n) =>
      run(sql, handStatement(workload, n)),
};

export const handWithRole: Arm = {
  name: "hand, role",
  against: "hand, role",
  call:
    ({ hand: sql }, workload) =>
    (n) =>
      runAs(sql, handStatement(workload, n)),
};

export const handWithRecord: Arm = {
  name: "hand, record",
  against: "hand, record",
  call: ({ hand: sql }, workload) => {
    if (workload.audited === undefined) return undefined;
    let call = 0;
    return (n) => run(sql, auditedStatement(workload, n, { actor: ACTOR, call: (call += 1) }));
  },
};

export const handWithBoth: Arm = {
  name: "hand, both",
  against: "hand, both",
  call: ({ hand: sql }, workload) => {
    if (workload.audited === undefined) return undefined;
    let call = 0;
    return (n) => runAs(sql, auditedStatement(workload, n, { actor: ACTOR, call: (call += 1) }));
  },
};
