import { connect, type Database } from "@offramp/db";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  castType,
  clause,
  constant,
  empty,
  fromCatalog,
  ident,
  join,
  list,
  literal,
  param,
  qualified,
  Sql,
  sql,
} from "../../src/sql/fragment.ts";

let db: Database;

beforeAll(() => {
  db = connect({ url: inject("postgresUrl"), max: 2 });
});

afterAll(() => db.close());

/** Text that PostgreSQL can hold: anything but NUL and half surrogate pairs. */
const anyText = fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\u0000", ""));

const HOSTILE = [
  `"`,
  `""`,
  `a"b`,
  `"; drop table x; --`,
  `'`,
  `''`,
  `\\`,
  `\\'`,
  `'; select pg_sleep(9); --`,
  `/* */`,
  `-- x`,
  `$1`,
  `$$`,
  `$tag$`,
  `;`,
  `a b`,
  `\t`,
  `\n`,
  `\r\n`,
  `\u00a0`,
  `\u2028`,
  `\ufeff`,
  `é`,
  `𝒳`,
  `null`,
  `select`,
  `*`,
  `a.b`,
  `{}`,
  `U&"\\0041"`,
  `E'\\n'`,
  `%s`,
] as const;
const hostileText = fc
  .array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""));
const text = fc.oneof(anyText, hostileText);

const bytes = (name: string): number => Buffer.byteLength(name);
const name = text.filter((each) => each !== "");
const shortName = name.filter((each) => bytes(each) <= 63);

/** The keys of the row that the select list makes, as PostgreSQL names them. */
async function columnNames(columns: Sql): Promise<readonly string[]> {
  const { text: statement, params } =
    sql`select json_agg(keys.key order by keys.n)::text as names from (select ${columns}) as r,
    lateral json_object_keys(row_to_json(r.*)) with ordinality as keys(key, n)`.render();
  expect(params).toEqual([]);
  const [row] = await db.query({ text: statement });
  return JSON.parse(row?.["names"] ?? "null") as string[];
}

describe("identifiers", () => {
  test("any name comes back as that very name", async () => {
    await fc.assert(
      fc.asyncProperty(shortName, async (each) => {
        expect(await columnNames(sql`1 as ${ident(each)}, 2 as ${ident("last")}`)).toEqual([each, "last"]);
      }),
      { numRuns: 200 },
    );
  });

  test.each([...HOSTILE])("%j names a table, a column and an alias", async (each) => {
    const statement = sql`with ${ident(each)} (${ident(each)}) as (select 7)
      select ${qualified({ name: each })}.${ident(each)}::text as seven from ${ident(each)}`;
    expect(await db.query({ text: statement.render().text })).toEqual([{ seven: "7" }]);
  });

  test("a longer name is cut by PostgreSQL and takes nothing with it", async () => {
    await fc.assert(
      fc.asyncProperty(
        name.map((each) => each.repeat(Math.ceil(70 / bytes(each)))),
        async (each) => {
          const [first, last, ...more] = await columnNames(sql`1 as ${ident(each)}, 2 as ${ident("last")}`);
          expect(each.startsWith(first ?? "-")).toBe(true);
          expect(bytes(first ?? "")).toBeGreaterThan(59);
          expect([last, ...more]).toEqual(["last"]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("a NUL, which no name has, is refused", () => {
    expect(() => ident("a\u0000b")).toThrow("NUL");
    expect(() => qualified({ schema: "public", name: "\u0000" })).toThrow("NUL");
  });
});

describe("literals", () => {
  const readBack = async (each: string, setting: "on" | "off"): Promise<string | null | undefined> =>
    db.transaction(async (transaction) => {
      await transaction.query({ text: `set local standard_conforming_strings = ${setting}` });
      const [row] = await transaction.query({
        text: sql`select ${literal(each)}::text as value, 1 as last`.render().text,
      });
      expect(Object.keys(row ?? {})).toEqual(["value", "last"]);
      return row?.["value"];
    });

  test.each(["on", "off"] as const)(
    "any text comes back as that very text, with standard_conforming_strings %s",
    async (setting) => {
      await fc.assert(
        fc.asyncProperty(text, async (each) => {
          expect(await readBack(each, setting)).toBe(each);
        }),
        { numRuns: 150 },
      );
    },
  );

  test("a NUL is refused", () => {
    expect(() => literal("\u0000")).toThrow("NUL");
  });
});

describe("parameters", () => {
  test("are numbered in the order of the text, whatever the pieces they come in", () => {
    const first = param({ kind: "operand", slot: 4, encoding: "text" });
    const second = constant("a key");
    const statement = sql`a ${join([first, sql`b ${second}`], sql` and `)}${clause(sql`limit`, [first])}`;
    expect(statement.render()).toEqual({
      text: "a $1 and b $2 limit $3",
      params: [
        { kind: "operand", slot: 4, encoding: "text" },
        { kind: "constant", text: "a key" },
        { kind: "operand", slot: 4, encoding: "text" },
      ],
    });
  });

  test("a piece rendered twice is the same twice", () => {
    const statement = sql`${constant("x")} = ${constant("y")}`;
    expect(statement.render()).toEqual(statement.render());
  });
});

describe("pieces", () => {
  test("lists, clauses and nothing", () => {
    expect(list([ident("a"), ident("b")]).render().text).toBe(`"a", "b"`);
    expect(clause(sql`order by`, []).render().text).toBe("");
    expect(clause(sql`where`, [sql`a`, sql`b`], sql` and `).render().text).toBe(" where a and b");
    expect(empty.render()).toEqual({ text: "", params: [] });
    expect(fromCatalog("numeric(5,2)").render().text).toBe("numeric(5,2)");
    expect(qualified({ schema: "a.b", name: `c"` }).render().text).toBe(`"a.b"."c"""`);
  });

  test("cannot be made from a text", () => {
    expect(() => new Sql(Symbol("sql") as never, ["drop table x"])).toThrow(TypeError);
  });
});

describe("cast types", () => {
  test.each(["text", "int4", "double precision", "my_type$1", "größe"])("%s", (type) => {
    expect(castType(type).render().text).toBe(type);
  });

  const refusal = (type: string): string | undefined => {
    try {
      return castType(type).render().text === type ? undefined : "it was changed";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  test("nothing but words passes, so a cast cannot end its parenthesis", () => {
    fc.assert(
      fc.property(text, (each) => {
        const isWords = /^[\p{L}\p{N}_ $]+$/u.test(each);
        expect(refusal(each)).toBe(isWords ? undefined : "A cast can only name a type.");
      }),
      { examples: [["int) --"], ["int;"], ["a.b"], [`"x"`], ["int[]"], [""]] },
    );
  });
});
