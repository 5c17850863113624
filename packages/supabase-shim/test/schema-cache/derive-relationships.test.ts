import { describe, expect, test } from "vitest";
import { findTable } from "../../src/schema-cache/index.ts";
import {
  cacheOf,
  foreignKey,
  named,
  primaryKey,
  relationshipLines,
  shows,
  table,
  view,
} from "./small-catalog.ts";

describe("a foreign key", () => {
  const key = foreignKey("books_author", ["books", "author_id"], ["authors", "id"]);
  const tables = [table("authors", ["id"]), table("books", ["id", "author_id"])];

  test("is many-to-one from its own side and one-to-many from the other", () => {
    const cache = cacheOf({ tables, foreignKeys: [key] });
    expect(relationshipLines(cache, "books")).toEqual(["many-to-one authors by books_author: author_id=id"]);
    expect(relationshipLines(cache, "authors")).toEqual(["one-to-many books by books_author: id=author_id"]);
  });

  test("whose columns are unique is one-to-one from both sides", () => {
    const cache = cacheOf({ tables, foreignKeys: [{ ...key, unique: true }] });
    expect(relationshipLines(cache, "books")).toEqual(["one-to-one authors by books_author: author_id=id"]);
    expect(relationshipLines(cache, "authors")).toEqual(["one-to-one books by books_author: id=author_id"]);
  });

  test("of several columns keeps them in pairs", () => {
    const cache = cacheOf({ foreignKeys: [foreignKey("fk", ["a", "x", "y"], ["b", "p", "q"])] });
    expect(relationshipLines(cache, "a")).toEqual(["many-to-one b by fk: x=p, y=q"]);
    expect(relationshipLines(cache, "b")).toEqual(["one-to-many a by fk: p=x, q=y"]);
  });

  test("to the table itself has both directions", () => {
    const cache = cacheOf({ foreignKeys: [foreignKey("boss", ["people", "boss_id"], ["people", "id"])] });
    expect(relationshipLines(cache, "people")).toEqual([
      "one-to-many people (self) by boss: id=boss_id",
      "many-to-one people (self) by boss: boss_id=id",
    ]);
  });

  test("between schemas is there only where both are exposed", () => {
    const across = foreignKey("fk", ["billing.invoices", "user_id"], ["users", "id"]);
    expect(relationshipLines(cacheOf({ foreignKeys: [across] }), "billing.invoices")).toEqual([]);
    const exposed = cacheOf({ foreignKeys: [across], exposedSchemas: ["public", "billing"] });
    expect(relationshipLines(exposed, "billing.invoices")).toEqual(["many-to-one users by fk: user_id=id"]);
    expect(relationshipLines(exposed, "invoices")).toEqual([]);
  });

  test("names that could be read together as another name are kept apart", () => {
    const cache = cacheOf({
      exposedSchemas: ["a", "a.b"],
      foreignKeys: [
        {
          ...foreignKey("one", ["x"], ["y"]),
          table: { schema: "a.b", name: "c" },
          foreignTable: { schema: "a", name: "t" },
        },
        {
          ...foreignKey("two", ["x"], ["y"]),
          table: { schema: "a", name: "b.c" },
          foreignTable: { schema: "a", name: "t" },
        },
      ],
    });
    const keys = [...cache.relationships.values()].map((each) => each.length);
    // c, b.c, and t with one from each.
    expect(keys.toSorted()).toEqual([1, 1, 2]);
  });
});

describe("a junction", () => {
  const keys = [
    foreignKey("fk_a", ["ab", "a_id"], ["a", "id"]),
    foreignKey("fk_b", ["ab", "b_id"], ["b", "id"]),
  ];
  const manyToMany = (from: string, parts: Parameters<typeof cacheOf>[0]): readonly string[] =>
    relationshipLines(cacheOf(parts), from).filter((line) => line.startsWith("many-to-many"));

  test("has both keys in its primary key, alone or with more columns", () => {
    for (const columns of [
      ["a_id", "b_id"],
      ["b_id", "day", "a_id"],
    ]) {
      const parts = { foreignKeys: keys, primaryKeys: [primaryKey("ab", ...columns)] };
      expect(manyToMany("a", parts)).toEqual([
        "many-to-many b through ab by fk_a and fk_b: id=a_id; id=b_id",
      ]);
      expect(manyToMany("b", parts)).toEqual([
        "many-to-many a through ab by fk_b and fk_a: id=b_id; id=a_id",
      ]);
      expect(manyToMany("ab", parts)).toEqual([]);
    }
  });

  test("is none where a key is not in the primary key, or there is none", () => {
    expect(manyToMany("a", { foreignKeys: keys, primaryKeys: [primaryKey("ab", "id")] })).toEqual([]);
    expect(manyToMany("a", { foreignKeys: keys, primaryKeys: [primaryKey("ab", "a_id")] })).toEqual([]);
    expect(manyToMany("a", { foreignKeys: keys })).toEqual([]);
  });

  test("is none where a key is unique by itself: that is one-to-one", () => {
    const unique = keys.map((key) => (key.constraint === "fk_a" ? { ...key, unique: true } : key));
    expect(manyToMany("a", { foreignKeys: unique, primaryKeys: [primaryKey("ab", "a_id", "b_id")] })).toEqual(
      [],
    );
  });

  test("of one table twice goes both ways", () => {
    const follows = [
      foreignKey("follower", ["follows", "from_id"], ["people", "id"]),
      foreignKey("followed", ["follows", "to_id"], ["people", "id"]),
    ];
    const parts = { foreignKeys: follows, primaryKeys: [primaryKey("follows", "from_id", "to_id")] };
    expect(manyToMany("people", parts)).toEqual([
      "many-to-many people (self) through follows by followed and follower: id=to_id; id=from_id",
      "many-to-many people (self) through follows by follower and followed: id=from_id; id=to_id",
    ]);
  });

  test("in a schema that is not exposed joins nothing", () => {
    const hidden = keys.map((key) => ({ ...key, table: named("hidden.ab") }));
    expect(
      manyToMany("a", { foreignKeys: hidden, primaryKeys: [primaryKey("hidden.ab", "a_id", "b_id")] }),
    ).toEqual([]);
  });
});

describe("a view", () => {
  const key = foreignKey("fk", ["books", "author_id"], ["authors", "id"]);
  const tables = [table("authors", ["id"]), table("books", ["id", "author_id"])];

  test("of the referencing table, of the referenced one, and of both", () => {
    const cache = cacheOf({
      tables: [...tables, view("v_books", ["author"]), view("v_authors", ["key"])],
      foreignKeys: [key],
      viewColumns: [
        ...shows("v_books", "books", { author: "author_id" }),
        ...shows("v_authors", "authors", { key: "id" }),
      ],
    });
    expect(relationshipLines(cache, "v_books")).toEqual([
      "many-to-one authors by fk: author=id",
      "many-to-one v_authors by fk: author=key",
    ]);
    expect(relationshipLines(cache, "v_authors")).toEqual([
      "one-to-many books by fk: key=author_id",
      "one-to-many v_books by fk: key=author",
    ]);
    expect(relationshipLines(cache, "books")).toContain("many-to-one v_authors by fk: author_id=key");
  });

  test("of a view, through any number of them, also hidden ones", () => {
    const cache = cacheOf({
      foreignKeys: [key],
      viewColumns: [
        ...shows("hidden.first", "books", { a: "author_id" }),
        ...shows("hidden.second", "hidden.first", { b: "a" }),
        ...shows("third", "hidden.second", { c: "b" }),
      ],
    });
    expect(relationshipLines(cache, "third")).toEqual(["many-to-one authors by fk: c=id"]);
  });

  test("that does not show every column of the key has no relationship", () => {
    const composite = foreignKey("fk", ["a", "x", "y"], ["b", "p", "q"]);
    const cache = cacheOf({ foreignKeys: [composite], viewColumns: shows("v", "a", { x: "x" }) });
    expect(relationshipLines(cache, "v")).toEqual([]);
  });

  test("that shows a key's column twice has a relationship by each", () => {
    const cache = cacheOf({
      foreignKeys: [key],
      viewColumns: shows("v", "books", { a1: "author_id", a2: "author_id" }),
    });
    expect(relationshipLines(cache, "v")).toEqual([
      "many-to-one authors by fk: a1=id",
      "many-to-one authors by fk: a2=id",
    ]);
  });

  test("has its table's primary key where it shows all of it, and one name for each column", () => {
    const cache = cacheOf({
      tables: [table("t", ["a", "b"]), view("whole", ["x", "x2", "y"]), view("part", ["x"])],
      primaryKeys: [primaryKey("t", "a", "b")],
      viewColumns: [...shows("whole", "t", { x: "a", x2: "a", y: "b" }), ...shows("part", "t", { x: "a" })],
    });
    expect(findTable(cache, named("whole"))?.primaryKey).toEqual(["x", "y"]);
    expect(findTable(cache, named("part"))?.primaryKey).toEqual([]);
  });

  test("shows its table's PHI, and the way to the patient", () => {
    const cache = cacheOf({
      tables: [table("patients", ["id", "email:text"]), view("v", ["who", "mail"]), view("w", ["m"])],
      viewColumns: [
        ...shows("v", "patients", { who: "id", mail: "email" }),
        ...shows("w", "v", { m: "mail" }),
      ],
      phi: {
        columns: [{ table: named("patients"), column: "email" }],
        subjects: [{ table: named("patients"), column: "id" }],
        functions: [],
      },
    });
    expect([...cache.phi.columnsOf(named("v"))]).toEqual(["mail"]);
    expect(cache.phi.subjectOf(named("v"))).toEqual({ column: "who", hops: [] });
    expect([...cache.phi.columnsOf(named("w"))]).toEqual(["m"]);
    expect(cache.phi.subjectOf(named("w"))).toBeUndefined();
  });
});

describe("a function of a row", () => {
  const key = foreignKey("fk", ["books", "author_id"], ["authors", "id"]);
  const computed = {
    kind: "computed",
    routine: named("authors"),
    table: named("books"),
    foreignTable: named("people"),
    cardinality: "many-to-one",
    isSelf: false,
  } as const;

  test("takes the place of the key to the relation of its name, in that direction only", () => {
    const cache = cacheOf({ foreignKeys: [key], computedRelationships: [computed] });
    expect(relationshipLines(cache, "books")).toEqual(["many-to-one people by authors()"]);
    expect(relationshipLines(cache, "authors")).toEqual(["one-to-many books by fk: id=author_id"]);
  });

  test("takes it also where its own rows are of a schema that is not exposed", () => {
    const hidden = { ...computed, foreignTable: named("hidden.people") };
    expect(
      relationshipLines(cacheOf({ foreignKeys: [key], computedRelationships: [hidden] }), "books"),
    ).toEqual([]);
  });

  test("stands beside keys to other relations, after them", () => {
    const other = { ...computed, routine: named("writers") };
    const cache = cacheOf({ foreignKeys: [key], computedRelationships: [other] });
    expect(relationshipLines(cache, "books")).toEqual([
      "many-to-one authors by fk: author_id=id",
      "many-to-one people by writers()",
    ]);
  });
});

test("the order does not depend on the order in which the catalog has them", () => {
  const keys = ["c", "a", "b"].flatMap((name) => [
    foreignKey(`${name}_2`, [name, "t_id"], ["t", "id"]),
    foreignKey(`${name}_1`, [name, "t2_id"], ["t", "id"]),
  ]);
  const lines = relationshipLines(cacheOf({ foreignKeys: keys }), "t");
  expect(lines).toEqual(relationshipLines(cacheOf({ foreignKeys: keys.toReversed() }), "t"));
  expect(lines.map((line) => line.split(" ")[1])).toEqual(["a", "a", "b", "b", "c", "c"]);
});
