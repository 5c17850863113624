import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PostgrestFilterBuilder } from "../../src/index.ts";
import { answering, hospitalBench, type HospitalBench } from "./hospital-bench.ts";

let bench: HospitalBench;

beforeAll(async () => {
  bench = await hospitalBench();
});

afterAll(() => bench.close());

/** A filter on doctors: the chain, the condition it becomes, its parameters, and the ids of the doctors it finds. */
type FilterCase = readonly [
  chain: (doctors: PostgrestFilterBuilder) => PostgrestFilterBuilder,
  condition: string,
  params: readonly (string | null)[],
  ids: readonly number[],
];

/** The chain's text is the test's name. */
function named(cases: readonly FilterCase[]): readonly (readonly [string, ...FilterCase])[] {
  return cases.map((each) => [
    each[0]
      .toString()
      .replace(/^\(q\) => q\./, "")
      .replaceAll(/\s+/g, " "),
    ...each,
  ]);
}

async function expectFilter([chain, condition, params, ids]: FilterCase): Promise<void> {
  const ran = await bench.run((db) => chain(db.from("doctors").select("id")).order("id"));
  expect(ran.error).toBeNull();
  expect(ran.sql).toBe(
    answering(`
      select "public"."doctors"."id" from "public"."doctors"
      where ${condition}
      order by "public"."doctors"."id" asc`),
  );
  expect(ran.params).toEqual(params);
  expect(ran.data).toEqual(ids.map((id) => ({ id })));
}

const NAME = `"public"."doctors"."name"`;
const BIO = `"public"."doctors"."bio"`;
const GRADE = `"public"."doctors"."grade"`;
const ACTIVE = `"public"."doctors"."active"`;
const TAGS = `"public"."doctors"."tags"`;
const HOURS = `"public"."doctors"."hours"`;
const PROFILE = `"public"."doctors"."profile"`;
const ID = `"public"."doctors"."id"`;

describe("comparisons", () => {
  test.each(
    named([
      [(q) => q.eq("name", "Ada"), `${NAME} = $1`, ["Ada"], [1]],
      [(q) => q.eq("name", `D. "O'Neil", MD`), `${NAME} = $1`, [`D. "O'Neil", MD`], [4]],
      [(q) => q.neq("grade", 3), `${GRADE} <> $1`, ["3"], [2, 4]],
      [(q) => q.gt("grade", 1), `${GRADE} > $1`, ["1"], [1, 2]],
      [(q) => q.gte("grade", 2), `${GRADE} >= $1`, ["2"], [1, 2]],
      [(q) => q.lt("grade", 2), `${GRADE} < $1`, ["2"], [4]],
      [(q) => q.lte("grade", 2), `${GRADE} <= $1`, ["2"], [2, 4]],
      [(q) => q.isDistinct("grade", 3), `${GRADE} is distinct from $1`, ["3"], [2, 3, 4]],
      [(q) => q.isDistinct("grade", null), `${GRADE} is distinct from $1`, [null], [1, 2, 4]],
      [(q) => q.match({ grade: 2, active: false }), `${GRADE} = $1 and ${ACTIVE} = $2`, ["2", "false"], [2]],
      [(q) => q.filter("name", "eq", "Ben"), `${NAME} = $1`, ["Ben"], [2]],
      [(q) => q.not("name", "eq", "Ada"), `not (${NAME} = $1)`, ["Ada"], [2, 3, 4]],
    ]),
  )("%s", (_name, ...each) => expectFilter(each));
});

describe("patterns", () => {
  test.each(
    named([
      [(q) => q.like("name", "A%"), `${NAME} like $1`, ["A%"], [1]],
      // PostgREST's way to write % in a URL.
      [(q) => q.like("name", "A*"), `${NAME} like $1`, ["A%"], [1]],
      [(q) => q.like("bio", String.raw`50\%%`), `${BIO} like $1`, [String.raw`50\%%`], [4]],
      [(q) => q.ilike("name", "%O'NEIL%"), `${NAME} ilike $1`, ["%O'NEIL%"], [4]],
      [(q) => q.likeAnyOf("name", ["A%", "B*"]), `${NAME} like any($1)`, [`{A%,B%}`], [1, 2]],
      [(q) => q.likeAllOf("name", ["%e%", "B%"]), `${NAME} like all($1)`, [`{%e%,B%}`], [2]],
      [(q) => q.ilikeAnyOf("name", ["ada", "ben"]), `${NAME} ilike any($1)`, [`{ada,ben}`], [1, 2]],
      [(q) => q.ilikeAllOf("name", ["%E%", "c%"]), `${NAME} ilike all($1)`, [`{%E%,c%}`], [3]],
      [(q) => q.regexMatch("name", "^[AB]"), `${NAME} ~ $1`, ["^[AB]"], [1, 2]],
      [(q) => q.regexIMatch("name", "^[ab]"), `${NAME} ~* $1`, ["^[ab]"], [1, 2]],
    ]),
  )("%s", (_name, ...each) => expectFilter(each));
});

describe("is", () => {
  test.each(
    named([
      [(q) => q.is("grade", null), `${GRADE} is null`, [], [3]],
      [(q) => q.is("active", true), `${ACTIVE} is true`, [], [1, 4]],
      [(q) => q.is("active", false), `${ACTIVE} is false`, [], [2]],
      [(q) => q.is("active", "unknown"), `${ACTIVE} is unknown`, [], [3]],
      [(q) => q.is("grade", "not_null"), `${GRADE} is not null`, [], [1, 2, 4]],
      [(q) => q.not("grade", "is", null), `not (${GRADE} is null)`, [], [1, 2, 4]],
    ]),
  )("%s", (_name, ...each) => expectFilter(each));
});

describe("lists are one array parameter, however long", () => {
  test.each(
    named([
      [(q) => q.in("id", [1, 3]), `${ID} = any($1)`, [`{1,3}`], [1, 3]],
      [(q) => q.in("id", []), `${ID} = any($1)`, ["{}"], []],
      [
        (q) => q.in("name", [`D. "O'Neil", MD`, "NULL", "{}", "a,b"]),
        `${NAME} = any($1)`,
        [String.raw`{"D. \"O'Neil\", MD","NULL","{}","a,b"}`],
        [4],
      ],
      [(q) => q.notIn("id", [1, 3]), `not (${ID} = any($1))`, [`{1,3}`], [2, 4]],
      [(q) => q.filter("id", "in", "(1,2)"), `${ID} = any($1)`, [`{1,2}`], [1, 2]],
      [(q) => q.filter("grade", "gte(any)", "{2,3}"), `${GRADE} >= any($1)`, ["{2,3}"], [1, 2]],
      [(q) => q.filter("grade", "gte(all)", "{2,3}"), `${GRADE} >= all($1)`, ["{2,3}"], [1]],
    ]),
  )("%s", (_name, ...each) => expectFilter(each));
});

describe("arrays, ranges and JSON", () => {
  test.each(
    named([
      [(q) => q.contains("tags", ["ortho"]), `${TAGS} @> $1`, [`{ortho}`], [2]],
      [(q) => q.containedBy("tags", ["ortho", "x"]), `${TAGS} <@ $1`, [`{ortho,x}`], [2, 4]],
      [(q) => q.overlaps("tags", ["ortho", "cardio"]), `${TAGS} && $1`, [`{ortho,cardio}`], [1, 2]],
      [(q) => q.contains("hours", "[12,13)"), `${HOURS} @> $1`, ["[12,13)"], [1, 2]],
      [(q) => q.overlaps("hours", "[0,9)"), `${HOURS} && $1`, ["[0,9)"], [1]],
      [(q) => q.rangeGt("hours", "[1,8)"), `${HOURS} >> $1`, ["[1,8)"], [1, 2]],
      [(q) => q.rangeLt("hours", "[16,24)"), `${HOURS} << $1`, ["[16,24)"], [1]],
      [(q) => q.rangeGte("hours", "[12,13)"), `${HOURS} &> $1`, ["[12,13)"], [2]],
      [(q) => q.rangeLte("hours", "[9,16)"), `${HOURS} &< $1`, ["[9,16)"], [1]],
      [(q) => q.rangeAdjacent("hours", "[20,22)"), `${HOURS} -|- $1`, ["[20,22)"], [2]],
      [(q) => q.contains("profile", { langs: ["de"] }), `${PROFILE} @> $1`, [`{"langs":["de"]}`], [2]],
      // Below a path that gives JSON, a list is JSON and no array literal.
      [(q) => q.contains("profile->langs", ["fr"]), `${PROFILE}->$1 @> $2`, ["langs", `["fr"]`], [1]],
    ]),
  )("%s", (_name, ...each) => expectFilter(each));
});

describe("text search", () => {
  test.each(
    named([
      [
        (q) => q.textSearch("bio", "surgery & heart"),
        `to_tsvector(${BIO}) @@ to_tsquery($1)`,
        ["surgery & heart"],
        [1],
      ],
      [
        (q) => q.textSearch("bio", "repair bones", { type: "plain", config: "english" }),
        `to_tsvector($1, ${BIO}) @@ plainto_tsquery($2, $3)`,
        ["english", "english", "repair bones"],
        [2],
      ],
      [
        (q) => q.textSearch("bio", "repair bone", { type: "phrase", config: "english" }),
        `to_tsvector($1, ${BIO}) @@ phraseto_tsquery($2, $3)`,
        ["english", "english", "repair bone"],
        [],
      ],
      [
        (q) => q.textSearch("bio", "heart or bone -research", { type: "websearch", config: "simple" }),
        `to_tsvector($1, ${BIO}) @@ websearch_to_tsquery($2, $3)`,
        ["simple", "simple", "heart or bone -research"],
        [1, 2],
      ],
    ]),
  )("%s", (_name, ...each) => expectFilter(each));
});

describe("logic", () => {
  test.each(
    named([
      [(q) => q.or("grade.eq.3,name.eq.Cleo"), `(${GRADE} = $1 or ${NAME} = $2)`, ["3", "Cleo"], [1, 3]],
      [
        (q) => q.or("and(grade.gt.1,active.is.true),not.and(grade.gt.0,name.neq.Ada)"),
        `((${GRADE} > $1 and ${ACTIVE} is true) or not (${GRADE} > $2 and ${NAME} <> $3))`,
        ["1", "0", "Ada"],
        [1],
      ],
      [
        (q) => q.or("id.in.(1,2),tags.cs.{x}").or("grade.eq.2,grade.is.null"),
        `(${ID} = any($1) or ${TAGS} @> $2) and (${GRADE} = $3 or ${GRADE} is null)`,
        [`{1,2}`, "{x}", "2"],
        [2],
      ],
      [
        (q) => q.or(`name.eq."D. \\"O'Neil\\", MD",name.not.like.*e*`),
        `(${NAME} = $1 or not (${NAME} like $2))`,
        [`D. "O'Neil", MD`, "%e%"],
        [1, 4],
      ],
    ]),
  )("%s", (_name, ...each) => expectFilter(each));
});

describe("paths", () => {
  test.each(
    named([
      [(q) => q.eq("profile->office->>floor", 2), `${PROFILE}->$1->>$2 = $3`, ["office", "floor", "2"], [1]],
      [(q) => q.eq("profile->langs->>0", "de"), `${PROFILE}->$1->>0 = $2`, ["langs", "de"], [2]],
      [(q) => q.eq("profile->langs->>-1", "fr"), `${PROFILE}->$1->>-1 = $2`, ["langs", "fr"], [1]],
      // What is no JSON becomes JSON first.
      [(q) => q.eq("tags->>0", "ortho"), `to_jsonb(${TAGS})->>0 = $1`, ["ortho"], [2]],
      // A key is a value like any other.
      [
        (q) => q.is("profile->>x' or '1'='1", null),
        `${PROFILE}->>$1 is null`,
        ["x' or '1'='1"],
        [1, 2, 3, 4],
      ],
    ]),
  )("%s", (_name, ...each) => expectFilter(each));
});

test("a column that is not there is PostgreSQL's own error, and so is a value of the wrong type", async () => {
  const missing = await bench.run((db) => db.from("doctors").select("id").eq("nope", 1));
  expect(missing.error).toMatchObject({ code: "42703", message: "column doctors.nope does not exist" });
  const wrong = await bench.run((db) => db.from("doctors").select("id").eq("grade", "three"));
  expect(wrong.error).toMatchObject({ code: "22P02" });
});
