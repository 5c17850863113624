import { type ConformanceCase, loadCases } from "@offramp/tests-conformance/conformance-case";
import { callText, type TypedQuery } from "./typed-query.ts";

/** The methods of a chain that its type depends on. Filters and orders are left out: ours check more of them. */
const SHAPING = new Set(
  "from schema rpc select insert upsert update delete single maybeSingle csv stripNulls".split(" "),
);

/** What a change writes does not decide what comes back. */
const WRITING = new Set(["insert", "upsert", "update"]);

/** A recorded case, by what its type depends on. */
export interface RecordedQuery extends TypedQuery {
  readonly recorded: ConformanceCase;
}

export async function recordedQueries(): Promise<readonly RecordedQuery[]> {
  return (await loadCases()).map((recorded) => ({
    id: recorded.id,
    calls: recorded.chain
      .filter(([method]) => SHAPING.has(method))
      .map(([method, ...args]) => (WRITING.has(method) ? `.${method}({} as never)` : callText(method, args)))
      .join(""),
    recorded,
  }));
}
