import type { Workload } from "../workload.ts";
import { aggregate, rpcScalar } from "./calls.ts";
import { embed, manyToMany, threeLevels } from "./embed.ts";
import { inHundredThousand, inThousand, orOfTwenty } from "./filters.ts";
import { list100 } from "./list.ts";
import { page, pageByKey, pageByOffset } from "./page.ts";
import { rowByKey } from "./row-by-key.ts";
import { insertOne, insertThousand, insertTwentyThousand, updateByKey, upsertThousand } from "./writes.ts";

/** In the order of the table. */
export const WORKLOADS: readonly Workload[] = [
  rowByKey,
  list100,
  page,
  pageByOffset,
  pageByKey,
  embed,
  threeLevels,
  manyToMany,
  orOfTwenty,
  inThousand,
  inHundredThousand,
  insertOne,
  insertThousand,
  insertTwentyThousand,
  upsertThousand,
  updateByKey,
  rpcScalar,
  aggregate,
];
