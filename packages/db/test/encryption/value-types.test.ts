import { describe, expect, test } from "vitest";
import { findValueType } from "../../src/encryption/value-types/find-value-type.ts";
import { InvalidValue } from "../../src/encryption/value-types/value-type.ts";
import { testDatabase } from "../test-database.ts";

const database = testDatabase({ session: { timezone: "UTC" } });

const GIVEN: Readonly<Record<string, readonly string[]>> = {
  text: ['"Ada"', '"é \\u0001 \\"quoted\\" \\\\"', '""', "12", "true", '{"a":1}'],
  "varchar(3)": ['"abc"', '"ab"', '"abc   "', '"äöü"'],
  smallint: ["0", "-32768", '"32767"', '" +7 "'],
  integer: ["42", '"-0"', "2147483647", '"007"'],
  bigint: ["9223372036854775807", "-9223372036854775808"],
  numeric: [
    "1.10",
    "0.000",
    '"-12345678901234567890.123456789"',
    "1e3",
    "1.5e-3",
    '"NaN"',
    '"Infinity"',
    '"-inf"',
    '".5"',
    '"5."',
    "-0",
  ],
  "numeric(5, 2)": ["541.57", "1", "0.005", "-0.005", "1.004999", '"999.994"', "0"],
  "numeric(3)": ["1.5", "-1.5", "999"],
  real: ["0.1", "1.5", "16777216", '"1e-5"', "3.4028235e38", '"NaN"', '"-Infinity"'],
  "double precision": ["0.1", "1e100", "123456789.125", '"Infinity"', "5e-324"],
  boolean: ["true", "false", '"t"', '"off"', '"YES"'],
  uuid: ['"6F9619FF-8B86-D011-B42D-00C04FC964FF"', '"{6f9619ff8b86d011b42d00c04fc964ff}"'],
  date: ['"1980-02-29"', '"2026-01-02T03:04:05Z"', '"infinity"', '"0001-01-01"'],
  time: ['"23:59:59.100"', '"08:00"', '"24:00:00"'],
  timestamp: [
    '"2026-01-02T03:04:05.123456"',
    '"2026-01-02 03:04:05"',
    '"2026-01-02T03:04:05+05:30"',
    '"1969-12-31T23:59:59.5"',
  ],
  "timestamp with time zone": [
    '"2026-01-02T03:04:05.120Z"',
    '"2026-01-02 03:04:05+02"',
    '"2026-01-02T00:30:00+05:30"',
    '"2026-01-02"',
  ],
  "time(0)": ['"23:59:59.6"', '"08:00:00.4"'],
  "timestamp (3)": ['"2026-01-02T03:04:05.1235"', '"2026-12-31T23:59:59.9996"'],
  "timestamp (0) with time zone": ['"2026-01-02T03:04:05.5Z"'],
  "char(3)": ['"ab"', '"abc"', '"abc   "', '"äöü"', '""', "12"],
  char: ['"x"'],
  bytea: ['"\\\\x00fF"', '"\\\\x de ad"', '""', '"a\\\\\\\\b\\\\001é"', '"\\\\x"'],
  interval: [
    '"P1Y2M3DT4H5M6.789S"',
    '"1 year 2 mons 3 days 04:05:06.789"',
    '"-1 years +2 days -03:04:05.5"',
    '"-1 mons +2 days"',
    '"P-13M"',
    '"-1 days +02:03:00"',
    '"P2W"',
    '"00:00:00"',
    '"PT36H"',
    '"90 seconds"',
    '"0.0000005 seconds"',
    '"0.00000251 seconds"',
    '"1 mon -1 day"',
    '"-00:00:01.5"',
    '"100:00:00"',
  ],
  "interval(2)": ['"00:00:00.125"', '"-00:00:00.125"'],
  "text[]": [
    '["a", "b c", null, "", "null", "{}", "\\"q\\"", "\\\\"]',
    "[]",
    '"{a,\\"b, c\\",NULL,\\"null\\", d e ,\\"\\",x\\\\,y}"',
    '"{}"',
    '[["a", "b"], ["c", null]]',
    '"{{a,b},{c,d}}"',
    '[1, true, {"a": 1.50}]',
    "[[], []]",
  ],
  "integer[]": ["[1, null, 3]", '"{1, 2,NULL}"', '["7", 8]', "[[[1], [2]], [[3], [4]]]"],
  "numeric[]": ["[1.10, 12345678901234567890.10, 1e3]"],
  "numeric(5, 2)[]": ["[1.105, null]"],
  "boolean[]": ['[true, null, "f"]', '"{t,f}"'],
  "timestamp with time zone[]": ['["2026-01-02T03:04:05+02:00", null]'],
  "date[]": ['"{2026-01-02,NULL}"'],
  "uuid[]": ['["6F9619FF-8B86-D011-B42D-00C04FC964FF"]'],
  jsonb: ['{"a": [1, 2.50, null]}', '"text"', "12345678901234567890"],
};

describe("a value's JSON is what PostgreSQL would have shown", () => {
  for (const [type, values] of Object.entries(GIVEN)) {
    test(`of type ${type}`, async () => {
      const shown: unknown[] = [];
      for (const value of values) {
        const [row] = await database.db.query({
          text: `select to_json(v)::text as json from json_to_record($1::json) as _(v ${type})`,
          values: [`{"v": ${value}}`],
        });
        shown.push(JSON.parse(row?.["json"] ?? ""));
      }
      expect(
        values.map((value) => JSON.parse(findValueType(type)?.fromJson(value) ?? "") as unknown),
      ).toEqual(shown);
    });
  }

  test("numbers keep their digits", async () => {
    for (const [type, value] of [
      ["numeric", "1.10"],
      ["numeric(5, 2)", "541.5"],
      ["numeric", "12345678901234567890.10"],
      ["bigint", "9007199254740993"],
    ] as const) {
      const [row] = await database.db.query({
        text: `select to_json($1::${type})::text as json`,
        values: [value],
      });
      expect(findValueType(type)?.fromJson(value)).toBe(row?.["json"]);
    }
  });
});

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "varchar(3)": ['"abcd"'],
  smallint: ["32768", "1.5", '"zonk"', '""'],
  integer: ["2147483648", '"1e2"'],
  bigint: ["9223372036854775808"],
  "char(3)": ['"abcd"'],
  bytea: ['"\\\\xzz"', '"\\\\x123"', '"zonk\\\\"', '"\\\\999"'],
  interval: ['"zonk"', '"P"', '""', '"1 parsec"', '"99999999999 years"'],
  "integer[]": [
    '"{1,2"',
    '"zonk"',
    "5",
    '["zonk"]',
    "[[1], [2, 3]]",
    "[[1], 2]",
    '"{1}}"',
    '"{1,}"',
    '{"a": 1}',
  ],
  numeric: ['"zonk"', '"."', '"1 2"'],
  "numeric(5, 2)": ["1000", '"Infinity"', "999.995"],
  "double precision": ['"1e999"', '"zonk"'],
  boolean: ['"maybe"', "2"],
  uuid: ['"6f9619ff"'],
  date: ['"2026-02-30"', '"yesterdays"'],
  time: ['"25:00"', '"24:00:01"'],
  timestamp: ['"2026-01-02T25:00:00"', '"now now"'],
};

describe("what PostgreSQL refuses is refused with its code, and not repeated", () => {
  for (const [type, values] of Object.entries(REFUSED)) {
    test(`of type ${type}`, async () => {
      for (const value of values) {
        const refused = await database.db
          .query({
            text: `select v from json_to_record($1::json) as _(v ${type})`,
            values: [`{"v": ${value}}`],
          })
          .then(
            () => "nothing",
            (error: { readonly code: string }) => error.code,
          );
        const ours = thrown(() => findValueType(type)?.fromJson(value));
        expect([type, value, ours.sqlstate]).toEqual([type, value, refused]);
        expect(ours.message).not.toContain("zonk");
      }
    });
  }
});

test("equal values of another form have one equality", () => {
  const numeric = findValueType("numeric");
  expect(numeric?.equality?.("1.00")).toBe(numeric?.equality?.("1"));
  expect(numeric?.equality?.("100")).toBe("100");
  expect(numeric?.equality?.("0.10")).toBe("0.1");
});

function thrown(work: () => unknown): InvalidValue {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidValue) return error;
    throw error;
  }
  throw new Error("it was expected to be refused");
}
