import { afterAll, beforeAll, expect, test } from "vitest";

import { createHandler } from "../../src/http-entry.ts";
import { createClient } from "../../src/index.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

/** PostGIS's `ST_AsGeoJSON(record)`, as far as this asks: a feature of the row's geometry and its other columns. */
const POSTGIS = `
  create function st_asgeojson(feature record) returns text language plpgsql stable as $$
    declare row jsonb := to_jsonb(feature);
    begin
      return jsonb_build_object('type', 'Feature', 'geometry', row -> 'at', 'properties', row - 'at');
    end $$;`;

const TABLE = `
  create table places (id int primary key, at jsonb);
  insert into places values (1, '{"type": "Point", "coordinates": [8, 47]}'), (2, null);`;

let spatial: TestDatabase;
let plain: TestDatabase;

beforeAll(async () => {
  [spatial, plain] = await Promise.all([testDatabase(POSTGIS + TABLE), testDatabase(TABLE)]);
});

afterAll(() => Promise.all([spatial.close(), plain.close()]));

const COLLECTION = {
  type: "FeatureCollection",
  features: [
    { type: "Feature", geometry: { type: "Point", coordinates: [8, 47] }, properties: { id: 1 } },
    { type: "Feature", geometry: null, properties: { id: 2 } },
  ],
};

test("geojson() is a feature collection of the rows, through both doors", async () => {
  const client = createClient(spatial.db, undefined, { watchSchema: false });
  const rows = client.from("places").select().order("id");
  expect((await rows.geojson()).data).toEqual(COLLECTION);
  expect((await client.from("places").select().eq("id", 9).geojson()).data).toEqual({
    type: "FeatureCollection",
    features: [],
  });
  const handler = createHandler(spatial.db, { anonRole: "postgres", schemas: ["public"] });
  const response = await handler(
    new Request("http://door/places?order=id", { headers: { Accept: "application/geo+json" } }),
  );
  expect(response.headers.get("content-type")).toBe("application/geo+json; charset=utf-8");
  expect(await response.json()).toEqual(COLLECTION);
});

test("without PostGIS it is PostgreSQL's error", async () => {
  const client = createClient(plain.db, undefined, { watchSchema: false });
  expect(await client.from("places").select().geojson()).toMatchObject({
    status: 404,
    error: { code: "42883", message: "function st_asgeojson(record) does not exist" },
  });
});
