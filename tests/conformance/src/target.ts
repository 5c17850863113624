import type { Claims, ConformanceCase } from "./conformance-case.ts";

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
  /**
   * A client whose call sees exactly the fixture's rows and leaves nothing behind.
   *
   * @throws {UnservedClaims} the target has no way yet to run with the case's role.
   */
  client(conformanceCase: ConformanceCase): Promise<TargetClient>;
}

/** A case asks for a role that the target cannot run with. It fails instead of running with other rights. */
export class UnservedClaims extends Error {
  override readonly name = "UnservedClaims";

  constructor(claims: Claims) {
    super(`needs the role ${claims.role}, and a client cannot be given a role yet`);
  }
}
