import { migrate } from "@offramp/db";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessLogView, auditMigrations } from "../src/index.ts";
import { anAccess, append } from "./append.ts";
import { emptyDatabase, type TrailDatabase } from "./trail-database.ts";

let trail: TrailDatabase;

beforeAll(async () => {
  trail = await emptyDatabase();
  await migrate(trail.admin, [auditMigrations(), accessLogView()]);
  const call = { ...anAccess, ip: "192.0.2.7", user_agent: "browser", purpose_of_use: "TREAT" };
  await append(trail.admin, {
    call: { ...call, relations: ["public.profiles", "lab.panel"] },
    recordKeys: { "public.profiles": ["p1", "p2"] },
  });
  await append(trail.admin, { call: { ...call, action: "CREATE" } });
  await append(trail.admin, {
    call: { ...call, action: "DELETE" },
    recordKeys: null,
    outcome: "denied",
    sqlstate: "42501",
  });
});

afterAll(() => trail.close());

it("answers the runbook's query by the hour", async () => {
  const [row] = await trail.admin.query({
    text: "SELECT COUNT(*) FROM phi_access_log WHERE timestamp > NOW() - INTERVAL '1 hour'",
  });
  expect(row).toEqual({ count: "5" });
});

it("has the columns of a hand-made access log, and a row for each row that was touched", async () => {
  const rows = await trail.admin.query({
    text: `select user_id, action, table_name, record_id, host(ip_address) as ip, user_agent, success,
      details->>'purpose_of_use' as purpose, details->>'sqlstate' as sqlstate from phi_access_log order by id, table_name, record_id`,
  });
  const row = { user_id: "u-17", ip: "192.0.2.7", user_agent: "browser", purpose: "TREAT" };
  expect(rows).toEqual([
    { ...row, action: "READ", table_name: "lab.panel", record_id: null, success: "t", sqlstate: null },
    { ...row, action: "READ", table_name: "profiles", record_id: "p1", success: "t", sqlstate: null },
    { ...row, action: "READ", table_name: "profiles", record_id: "p2", success: "t", sqlstate: null },
    { ...row, action: "WRITE", table_name: "profiles", record_id: "p1", success: "t", sqlstate: null },
    { ...row, action: "DELETE", table_name: "profiles", record_id: null, success: "f", sqlstate: "42501" },
  ]);
});

it("shows nobody more than the trail would", async () => {
  const { db, role } = await trail.login({ writer: true });
  await trail.admin.query({ text: `grant select on phi_access_log to ${role}` });
  await expect(db.query({ text: "select * from phi_access_log" })).rejects.toMatchObject({ code: "42501" });
  await trail.admin.query({ text: `grant offramp_auditor to ${role}` });
  expect(await db.query({ text: "select * from phi_access_log" })).toHaveLength(5);
});

it("is made again, and leaves a table of that name alone", async () => {
  await migrate(trail.admin, [auditMigrations(), accessLogView()]);
  await trail.admin.query({
    text: "create schema app; create table app.phi_access_log (id int)",
    script: true,
  });
  await expect(migrate(trail.admin, [accessLogView({ schema: "app" })])).rejects.toThrow(/not a view/);
});
