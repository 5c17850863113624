import { beforeAll, expect, test } from "vitest";

import * as schema from "../film/schema.ts";
import { guideDatabase } from "./guide-database.ts";

const guide = guideDatabase("film", schema);
const ANN = "00000000-0000-4000-8000-00000000000a";
const BOB = "00000000-0000-4000-8000-00000000000b";
const FILM = "00000000-0000-4000-8000-000000000001";
const EMPTY = "00000000-0000-4000-8000-000000000002";
const OTHER = "00000000-0000-4000-8000-000000000003";
const MAIN = "00000000-0000-4000-8000-000000000004";

beforeAll(async () => {
  const { client } = guide;
  await client
    .from("projects")
    .insert([
      { id: FILM, user_id: ANN, title: "Night Train" },
      { id: EMPTY, user_id: ANN, title: "Without a branch" },
      { id: OTHER, user_id: BOB, title: "Somebody else's" },
    ])
    .throwOnError();
  await client
    .from("branches")
    .insert(
      [
        { id: MAIN, project_id: FILM, name: "main", is_main: true },
        { project_id: OTHER, name: "main", is_main: true },
      ],
      { defaultToNull: false },
    )
    .throwOnError();
  await client
    .from("stage_states")
    .insert({ project_id: FILM, branch_id: MAIN, stage_number: 1, status: "completed", version: 3 })
    .throwOnError();
});

test("the migrated database conforms to its schema and its migrations", async () => {
  expect(await guide.findings()).toBe("");
});

test("an owner's projects with their branches and stages: one without a branch is left out", async () => {
  const { data } = await guide.client
    .from("projects")
    .select("*, branches!inner(id, name), stage_states(stage_number, status, version)")
    .eq("user_id", ANN)
    .throwOnError();
  expect(data).toMatchObject([
    {
      id: FILM,
      title: "Night Train",
      branches: [{ id: MAIN, name: "main" }],
      stage_states: [{ stage_number: 1, status: "completed", version: 3 }],
    },
  ]);
});

test("insert … select … single gives the row that was made", async () => {
  const { data } = await guide.client
    .from("stage_states")
    .insert({ project_id: FILM, branch_id: MAIN, stage_number: 2, content: { beats: ["opening"] } })
    .select()
    .single()
    .throwOnError();
  expect(data).toMatchObject({
    stage_number: 2,
    status: "pending",
    version: 1,
    content: { beats: ["opening"] },
  });
});

test("an update by another owner touches nothing", async () => {
  const { data } = await guide.client
    .from("projects")
    .update({ title: "Taken" })
    .eq("id", FILM)
    .eq("user_id", BOB)
    .select("id")
    .throwOnError();
  expect(data).toEqual([]);
});

test("a deleted branch leaves its stages, a deleted project takes everything", async () => {
  const { client } = guide;
  await client.from("branches").delete().eq("id", MAIN).throwOnError();
  const left = await client.from("stage_states").select("branch_id").eq("project_id", FILM).throwOnError();
  expect(left.data.every(({ branch_id }) => branch_id === null)).toBe(true);
  await client.from("projects").delete().eq("id", FILM).throwOnError();
  const gone = await client.from("stage_states").select("id").eq("project_id", FILM).throwOnError();
  expect(gone.data).toEqual([]);
});
