import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeRecord, FIELD_NAMES, RECORD_ENCODING } from "../../src/seal/record-encoding.ts";
import { anAccess, append } from "../append.ts";
import { type TrailDatabase, trailDatabase } from "../trail-database.ts";

let trail: TrailDatabase;

beforeAll(async () => {
  trail = await trailDatabase();
});
afterAll(() => trail.close());

async function encoded(id: string, settings = ""): Promise<string> {
  return trail.admin.transaction(async (transaction) => {
    if (settings !== "") await transaction.query({ text: settings, script: true });
    const [row] = await transaction.query({
      text: `select ${RECORD_ENCODING} as encoded from audit.phi_access_log where id = $1::bigint`,
      values: [id],
    });
    return row?.["encoded"] ?? "";
  });
}

describe("the encoding of a record", () => {
  it("has every column of the table", async () => {
    const columns = await trail.admin.query({
      text: "select attname from pg_attribute where attrelid = 'audit.phi_access_log'::regclass and attnum > 0 and not attisdropped",
    });
    expect(FIELD_NAMES.toSorted()).toEqual(columns.map(({ attname }) => attname).toSorted());
  });

  it("is read back field by field, whatever is in them", async () => {
    const id = await append(trail.admin, {
      call: { ...anAccess, actor_id: 'é,3:-,"\n', user_agent: "", relations: ["a,b", 'c"d', "", "€"] },
      recordKeys: { "public.profiles": ["1"] },
      subjects: ["p,1", "p2"],
      rowCount: 2,
    });
    const fields = decodeRecord(await encoded(id));
    expect(fields).toMatchObject({
      id,
      actor_id: 'é,3:-,"\n',
      user_agent: "",
      relations: '["a,b","c\\"d","","€"]',
      record_keys: '{"public.profiles": ["1"]}',
      subjects: '["p,1","p2"]',
      row_count: "2",
      sqlstate: null,
    });
    expect(fields["recorded_at"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it("does not depend on the session", async () => {
    const id = await append(trail.admin, { call: { ...anAccess, ip: "192.0.2.7" } });
    const settings = [
      "set local timezone = 'Asia/Kathmandu'",
      "set local datestyle = 'German'; set local intervalstyle = 'iso_8601'",
      "set local bytea_output = 'escape'; set local extra_float_digits = 0; set local lc_messages = 'C'",
      "set local search_path = ''",
    ];
    const plain = await encoded(id);
    for (const setting of settings) expect(await encoded(id, setting)).toBe(plain);
  });

  it("is refused when it is broken", () => {
    expect(() => decodeRecord("2:")).toThrow(RangeError);
    expect(() => decodeRecord("1:4:12,")).toThrow("broken at the field id");
    expect(() => decodeRecord(`1:${"-,".repeat(FIELD_NAMES.length)}-,`)).toThrow("after its last field");
  });
});
