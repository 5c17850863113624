import type { ConformanceCase } from "./conformance-case.ts";

/** A client to replay one chain on, and how to put everything back afterwards. */
export interface TargetClient {
  readonly client: object;
  dispose(): Promise<void>;
}

/** Something that answers as supabase-js does: the builder, or supabase-js itself in front of the HTTP door. */
export interface ConformanceTarget {
  readonly name: string;
  /** Which of a case's two recorded answers it must give: `exact` falls back to `result` where a case has only one. */
  readonly answers: "exact" | "result";
  /** PostgreSQL's major version. The cases were recorded on 18; another one may word its own messages differently. */
  readonly postgresMajor: number;
  /** A client that runs with the case's claims, whose call sees exactly the fixture's rows and leaves nothing behind. */
  client(conformanceCase: ConformanceCase): Promise<TargetClient>;
}
