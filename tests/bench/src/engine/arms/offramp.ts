import { withActor } from "@offramp/audit";
import { createClient } from "@offramp/supabase-shim";
import type { BenchDatabase } from "../bench-database.ts";
import type { BenchClient } from "../workload.ts";
import type { Arm, ArmCall } from "./arm.ts";
import { clientCall } from "./client-call.ts";
import { ACTOR, CLAIMS } from "./hand.ts";

function clientOn({ offramp }: BenchDatabase, audit: boolean): BenchClient {
  return createClient(offramp, undefined, { audit, watchSchema: false });
}

function acting(call: ArmCall): ArmCall {
  const actor = { ...ACTOR, purposeOfUse: "TREAT", application: "bench", requestId: "r-1" } as const;
  return (n) => withActor(actor, () => call(n));
}

/** The builder with the connection's own rights. */
export const offramp: Arm = {
  name: "offramp",
  against: "hand",
  call: (database, workload) => clientCall(clientOn(database, false), workload),
};

export const offrampWithRole: Arm = {
  name: "offramp, role",
  against: "hand, role",
  call: (database, workload) => clientCall(clientOn(database, false).withClaims(CLAIMS), workload),
};

export const offrampWithRecord: Arm = {
  name: "offramp, record",
  against: "hand, record",
  call: (database, workload) =>
    workload.audited === undefined ? undefined : acting(clientCall(clientOn(database, true), workload)),
};

export const offrampWithBoth: Arm = {
  name: "offramp, both",
  against: "hand, both",
  call: (database, workload) =>
    workload.audited === undefined
      ? undefined
      : acting(clientCall(clientOn(database, true).withClaims(CLAIMS), workload)),
};
