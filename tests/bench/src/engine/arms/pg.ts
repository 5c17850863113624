import type { Arm } from "./arm.ts";
import { answerOf, handStatement } from "./hand-statement.ts";

/** The same statements on node-postgres, prepared by name. */
export const nodePostgres: Arm = {
  name: "pg",
  against: "hand",
  call:
    ({ pg }, workload) =>
    async (n) => {
      const { text, values } = handStatement(workload, n);
      const { rows } = await pg.query<{ body?: string }>({ name: workload.name, text, values: [...values] });
      return answerOf(rows[0]);
    },
};
