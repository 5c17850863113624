import { beforeAll, describe, expect, it } from "vitest";
import { fixtureTypes } from "../src/fixture-types.ts";
import { furtherQueries, MISTAKES } from "../src/further-queries.ts";
import { type ComparedType, compareTypes } from "../src/oracle/compare-types.ts";
import { DIFFERENCES } from "../src/oracle/differences.ts";
import type { Typing } from "../src/oracle/oracle-source.ts";
import { recordedQueries } from "../src/recorded-queries.ts";
import { callText, type TypedQuery } from "../src/typed-query.ts";

let types: string;

beforeAll(async () => {
  types = await fixtureTypes();
});

/** The recorded queries, each of them once, and the further ones. */
async function allQueries(): Promise<readonly TypedQuery[]> {
  const recorded = await recordedQueries();
  const first = new Map(recorded.toReversed().map((query) => [query.calls, query.id]));
  return [...recorded.filter(({ id, calls }) => first.get(calls) === id), ...furtherQueries()];
}

function readable({ query, ours, theirs }: ComparedType): string {
  return `${query.id}\n  ${query.calls}\n  ours    ${ours}\n  theirs  ${theirs}`;
}

describe.each<Typing>(["database", "untyped"])("as supabase-js types them: %s", (typing) => {
  let compared: readonly ComparedType[];
  const listed = new Set(DIFFERENCES[typing].flatMap(({ queries }) => queries));

  beforeAll(async () => {
    compared = compareTypes(await allQueries(), { types, typing });
  }, 120_000);

  it("at least 150 queries beside the recorded ones", () => {
    expect(furtherQueries().length).toBeGreaterThan(150);
    expect(compared.length).toBeGreaterThan(450);
  });

  it("every query but the listed ones", () => {
    const different = compared.filter(({ same, query }) => !same && !listed.has(query.id));
    expect(different.map(readable).join("\n")).toBe("");
  });

  it("no listed one: each that came to be the same leaves the list", () => {
    const same = compared.filter((one) => one.same && listed.has(one.query.id));
    expect(same.map(readable).join("\n")).toBe("");
    const known = new Set(compared.map(({ query }) => query.id));
    expect([...listed].filter((id) => !known.has(id))).toEqual([]);
  });
});

describe("a mistake", () => {
  it("is told at the call, in words", () => {
    const queries = MISTAKES.map(([relation, select]) => ({
      id: `${relation}: ${select}`,
      calls: callText("from", [relation]) + callText("select", [select]),
    }));
    const told = compareTypes(queries, { types, typing: "database" }).map(({ complaints }) =>
      complaints.find((complaint) => complaint.startsWith("const o")),
    );
    expect(
      told.map((complaint) => /not assignable to parameter of type '"(.*)"'/.exec(complaint ?? "")?.[1]),
    ).toEqual([
      "column 'nothing' does not exist on 'profiles'",
      "column 'nothing' does not exist on 'profiles'",
      "'profiles' has no relationship with 'nowhere'",
      "column 'nothing' does not exist on 'reports'",
      "a column is missing before or after a comma",
      "a parenthesis is not closed",
      "'profiles' and 'appointments' have more than one relationship: name the foreign key, as in appointments!key(…)",
      "'projects' and 'branches' have more than one relationship: name the foreign key, as in branches!key(…)",
      "'nowhere' is no foreign key, column or junction between 'reports' and 'profiles'",
    ]);
  });
});
