import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, inject, test, vi } from "vitest";

import { ConfigurationError, connect } from "../src/index.ts";
import { throwawayPostgres, type ThrowawayPostgres } from "../src/testing.ts";
import { dockerAnswers } from "../src/testing/docker.ts";
import { rejection } from "./test-database.ts";

const NOBODY = "unix:///nowhere/docker.sock";

beforeEach(() => {
  for (const name of ["DATABASE_URL", "OFFRAMP_TEST_DATABASE_URL"]) vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

async function ask(url: string, text: string): Promise<readonly unknown[]> {
  const db = connect({ url });
  try {
    return await db.query({ text });
  } finally {
    await db.close();
  }
}

async function databaseNames(url: string): Promise<string> {
  return JSON.stringify(await ask(url, "select datname from pg_database"));
}

async function fillTemplate(postgres: ThrowawayPostgres): Promise<string> {
  return postgres.createTemplate("patients", async (url) => {
    await ask(url, "create table patient as select g as id from generate_series(1, 1000) g");
  });
}

describe("the embedded provider", () => {
  test("starts a server for this machine only, with a password, that does not wait for the disk", async () => {
    const postgres = await throwawayPostgres({ provider: "embedded", settings: { work_mem: "7MB" } });
    expect(postgres.provider).toBe("embedded");
    expect(new URL(postgres.url).hostname).toBe("127.0.0.1");
    const names = [
      "listen_addresses",
      "fsync",
      "synchronous_commit",
      "full_page_writes",
      "max_connections",
      "server_encoding",
      "timezone",
      "work_mem",
    ];
    const [settings] = await ask(
      postgres.url,
      `select ${names.map((name) => `current_setting('${name}') as ${name}`).join(", ")}`,
    );
    expect(settings).toEqual({
      listen_addresses: "127.0.0.1",
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      max_connections: "200",
      server_encoding: "UTF8",
      timezone: "UTC",
      work_mem: "7MB",
    });
    expect(await ask(postgres.url, "select 'É' ilike 'é' as letters, 'a' < 'B' as by_code_point")).toEqual([
      { letters: "t", by_code_point: "f" },
    ]);
    await postgres.stop();
    await postgres.stop();
    expect(await rejection(ask(postgres.url, "select 1"))).toMatchObject({ problem: "unreachable" });
  });

  test("a setting that the server refuses is said", async () => {
    const error = await rejection(
      throwawayPostgres({ provider: "embedded", settings: { no_such_setting: "1" } }),
    );
    expect(error.message).toMatch(
      /the embedded PostgreSQL did not start: PostgreSQL did not start: .*unrecognized configuration parameter "no_such_setting"/,
    );
  });
});

describe("databases", () => {
  test("are empty, or copies of a template", async () => {
    const postgres = await throwawayPostgres({ provider: "url", url: inject("dbServerUrl") });
    const empty = await postgres.createDatabase();
    expect(await ask(empty.url, "select to_regclass('patient') as patient")).toEqual([{ patient: null }]);
    const template = await fillTemplate(postgres);
    const one = await postgres.createDatabase({ template: "patients" });
    const two = await postgres.createDatabase({ template });
    await ask(one.url, "delete from patient");
    expect(await ask(one.url, "select count(*) as n from patient")).toEqual([{ n: "0" }]);
    expect(await ask(two.url, "select count(*) as n from patient")).toEqual([{ n: "1000" }]);
    await postgres.stop();
  });

  test("a copy of a template takes a fraction of a second", async () => {
    const postgres = await throwawayPostgres({ provider: "url", url: inject("dbServerUrl") });
    await fillTemplate(postgres);
    const times: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const started = performance.now();
      await postgres.createDatabase({ template: "patients" });
      times.push(performance.now() - started);
    }
    // About 25 ms on a quiet machine. The quickest, and a wide bound: other test files keep it busy meanwhile.
    expect(Math.min(...times)).toBeLessThan(500);
    await postgres.stop();
  });

  test("can be dropped while they are in use", async () => {
    const postgres = await throwawayPostgres({ provider: "url", url: inject("dbServerUrl") });
    const database = await postgres.createDatabase({ name: "Odd name/x" });
    const db = connect({ url: database.url });
    expect(await db.query({ text: "select current_database() as name" })).toEqual([{ name: "Odd name/x" }]);
    await database.drop();
    await database.drop();
    expect(await databaseNames(postgres.url)).not.toContain("Odd name/x");
    await db.close();
    await postgres.stop();
  });

  test("a template whose preparation fails leaves nothing", async () => {
    const postgres = await throwawayPostgres({ provider: "url", url: inject("dbServerUrl") });
    const reason = new Error("no");
    expect(await rejection(postgres.createTemplate("failing", () => Promise.reject(reason)))).toBe(reason);
    expect(await databaseNames(postgres.url)).not.toContain("failing");
    await postgres.stop();
  });

  test("stop() removes them from a server that stays", async () => {
    const postgres = await throwawayPostgres({ provider: "url", url: inject("dbServerUrl") });
    const { name } = await postgres.createDatabase();
    const template = await fillTemplate(postgres);
    expect(await databaseNames(postgres.url)).toContain(name);
    await postgres.stop();
    const left = await databaseNames(postgres.url);
    expect([left.includes(name), left.includes(template)]).toEqual([false, false]);
  });
});

describe("auto", () => {
  test("takes OFFRAMP_TEST_DATABASE_URL, then DATABASE_URL", async () => {
    vi.stubEnv("DATABASE_URL", inject("dbServerUrl"));
    const second = await throwawayPostgres();
    expect([second.provider, second.url, second.passedOver]).toEqual(["url", inject("dbServerUrl"), []]);
    vi.stubEnv("OFFRAMP_TEST_DATABASE_URL", `${inject("dbServerUrl")}?application_name=first`);
    const first = await throwawayPostgres();
    expect(first.url).toMatch(/application_name=first$/);
    await Promise.all([first.stop(), second.stop()]);
  });

  test("takes the embedded server where there is neither, and says why", async () => {
    vi.stubEnv("DOCKER_HOST", NOBODY);
    const postgres = await throwawayPostgres();
    expect(postgres.provider).toBe("embedded");
    expect(postgres.passedOver).toEqual([
      {
        provider: "url",
        reason: "neither the option url nor OFFRAMP_TEST_DATABASE_URL nor DATABASE_URL is set",
      },
      { provider: "docker", reason: "no Docker engine answers" },
    ]);
    await postgres.stop();
  });

  test("a provider that is not there is an error with the remedy", async () => {
    vi.stubEnv("DOCKER_HOST", NOBODY);
    const docker = await rejection(throwawayPostgres({ provider: "docker" }));
    expect(docker).toBeInstanceOf(ConfigurationError);
    expect(docker.message).toBe(
      "throwawayPostgres(): no PostgreSQL server for the tests: docker: no Docker engine answers",
    );
    const url = await rejection(throwawayPostgres({ provider: "url" }));
    expect(url.message).toMatch(
      /url: neither the option url nor OFFRAMP_TEST_DATABASE_URL nor DATABASE_URL is set/,
    );
  });
});

describe("Docker", () => {
  let folder: string;
  let engine: http.Server | undefined;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "offramp-docker-"));
  });
  afterEach(() => {
    engine?.closeAllConnections();
    engine?.close();
    engine = undefined;
    rmSync(folder, { recursive: true });
  });

  async function pretend(answer: http.RequestListener): Promise<string> {
    const socket = path.join(folder, "docker.sock");
    engine = http.createServer(answer);
    await new Promise<void>((resolve) => engine?.listen(socket, resolve));
    return `unix://${socket}`;
  }

  test("is found by its answer, not by its socket or its program", async () => {
    expect(await dockerAnswers({ DOCKER_HOST: NOBODY })).toBe(false);
    expect(await dockerAnswers({ DOCKER_HOST: "tcp://127.0.0.1:1" })).toBe(false);
    expect(await dockerAnswers({ DOCKER_HOST: await pretend((_, response) => response.end("OK")) })).toBe(
      true,
    );
  });

  test("one that never answers costs less than a second", async () => {
    const host = await pretend(() => undefined);
    const started = performance.now();
    expect(await dockerAnswers({ DOCKER_HOST: host })).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("an engine that cannot start the container is passed over, with its reason", async () => {
    vi.stubEnv(
      "DOCKER_HOST",
      await pretend((request, response) => {
        if (request.url === "/_ping") response.end("OK");
        else response.writeHead(500).end(JSON.stringify({ message: "no image here" }));
      }),
    );
    const error = await rejection(throwawayPostgres({ provider: "docker" }));
    expect(error.message).toMatch(/docker: Docker answers, but the container of postgres:18 did not start: /);
  });

  test("runs a container", { timeout: 300_000 }, async (context) => {
    if (!(await dockerAnswers())) return context.skip("Docker does not answer here");
    const postgres = await throwawayPostgres({ provider: "docker" });
    expect(postgres.provider).toBe("docker");
    await fillTemplate(postgres);
    const copy = await postgres.createDatabase({ template: "patients" });
    expect(
      await ask(copy.url, "select count(*) as n, current_setting('fsync') as fsync from patient"),
    ).toEqual([{ n: "1000", fsync: "off" }]);
    await postgres.stop();
    expect(await rejection(ask(postgres.url, "select 1"))).toMatchObject({ problem: "unreachable" });
  });
});
