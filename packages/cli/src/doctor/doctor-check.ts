import type { Database } from "@offramp/db";

import type { DoctorPoint } from "./point.ts";

/** A group of points that is looked at in one go. */
export interface DoctorCheck {
  /** What is looked at, for the case that it cannot be. */
  readonly name: string;
  readonly run: (db: Database) => Promise<readonly DoctorPoint[]>;
}
