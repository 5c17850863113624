import type { Arm } from "./arm.ts";
import { drizzleBuilder, drizzleRelational } from "./drizzle.ts";
import { hand, handWithBoth, handWithRecord, handWithRole } from "./hand.ts";
import { httpDoor } from "./http-door.ts";
import { offramp, offrampWithBoth, offrampWithRecord, offrampWithRole } from "./offramp.ts";
import { nodePostgres } from "./pg.ts";

/** In the order of the table; that of supabase-js joins them where a PostgREST is given. */
export const ARMS: readonly Arm[] = [
  hand,
  offramp,
  nodePostgres,
  drizzleBuilder,
  drizzleRelational,
  handWithRole,
  offrampWithRole,
  httpDoor,
  handWithRecord,
  offrampWithRecord,
  handWithBoth,
  offrampWithBoth,
];
