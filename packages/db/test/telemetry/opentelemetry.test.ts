import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import * as stable from "@opentelemetry/semantic-conventions";
import * as incubating from "@opentelemetry/semantic-conventions/incubating";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { connect, type Database } from "../../src/index.ts";
import { rejection, testDatabase } from "../test-database.ts";

const database = testDatabase();
const spans = new InMemorySpanExporter();
const exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 3_600_000 });
let db: Database;

beforeAll(async () => {
  await database.db.query({ text: "create table patients (id int primary key, email text)" });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  db = connect({ url: database.url, max: 2 });
});
beforeEach(() => spans.reset());
afterAll(async () => {
  await db.close();
  await reader.shutdown();
  trace.disable();
  metrics.disable();
  context.disable();
});

const SECRET = "ann@example.org";

function finished(): readonly ReadableSpan[] {
  return spans.getFinishedSpans().filter(({ attributes }) => "db.system.name" in attributes);
}

async function collected() {
  await reader.forceFlush();
  const all =
    exported
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  return new Map(all.map((metric) => [metric.descriptor.name, metric]));
}

describe("a span", () => {
  test("has the attributes of the stable conventions, and no value", async () => {
    await db.query({ text: "insert into patients values ($1, $2)", values: ["1", SECRET] });
    await db.query({ text: `select 'also secret' from patients where email = $1`, values: [SECRET] });
    const url = new URL(database.url);
    const names = [
      stable.ATTR_DB_SYSTEM_NAME,
      stable.ATTR_DB_NAMESPACE,
      stable.ATTR_DB_OPERATION_NAME,
      stable.ATTR_DB_COLLECTION_NAME,
      stable.ATTR_DB_QUERY_SUMMARY,
      stable.ATTR_DB_QUERY_TEXT,
      stable.ATTR_SERVER_ADDRESS,
      stable.ATTR_SERVER_PORT,
    ];
    const [insert, select] = finished();
    expect(Object.keys(insert?.attributes ?? {}).toSorted()).toEqual([...names].toSorted());
    expect(insert?.name).toBe("INSERT patients");
    expect(insert?.kind).toBe(2);
    expect(insert?.attributes).toMatchObject({
      [stable.ATTR_DB_SYSTEM_NAME]: stable.DB_SYSTEM_NAME_VALUE_POSTGRESQL,
      [stable.ATTR_DB_NAMESPACE]: url.pathname.slice(1),
      [stable.ATTR_DB_OPERATION_NAME]: "INSERT",
      [stable.ATTR_DB_COLLECTION_NAME]: "patients",
      [stable.ATTR_DB_QUERY_SUMMARY]: "INSERT patients",
      [stable.ATTR_DB_QUERY_TEXT]: "insert into patients values ($1, $2)",
      [stable.ATTR_SERVER_ADDRESS]: url.hostname,
      [stable.ATTR_SERVER_PORT]: Number(url.port),
    });
    expect(select?.attributes[stable.ATTR_DB_QUERY_TEXT]).toBe("select ? from patients where email = $1");
  });

  test("of a failure has the SQLSTATE and no message, which may quote a value", async () => {
    await rejection(db.query({ text: "select $1::int", values: [SECRET] }));
    const [span] = finished();
    expect(span?.attributes).toMatchObject({
      [stable.ATTR_DB_RESPONSE_STATUS_CODE]: "22P02",
      [stable.ATTR_ERROR_TYPE]: "22P02",
    });
    expect(span?.status).toEqual({ code: 2 });
    expect(span?.events).toEqual([]);
  });

  test("is a child of the span in whose context the call was made, also after a wait for a connection", async () => {
    const tracer = trace.getTracer("test");
    const within = (name: string, work: () => Promise<unknown>) =>
      tracer.startActiveSpan(name, async (span) => {
        await work();
        span.end();
      });
    await Promise.all([
      within("alone", () => db.query({ text: "select 1 as alone" })),
      within("transaction", () =>
        db.transaction(async (inner) => {
          await within("in it", () => inner.query({ text: "select 1 as inner_one" }));
          await inner.savepoint((nested) => nested.query({ text: "select 1 as nested" }));
        }),
      ),
      within("reserved", async () => {
        const connection = await db.reserve();
        await Promise.all(["begin", "select 1 as piped", "commit"].map((text) => connection.query({ text })));
        await connection.release();
      }),
      within("waits", () => db.query({ text: "select 1 as waited, pg_sleep(0.01)" })),
      within("beside", () => db.aside({ text: "select 1 as beside" })),
    ]);
    const all = spans.getFinishedSpans();
    const nameOf = new Map(all.map((span) => [span.spanContext().spanId, span.name]));
    const parents = finished().map((span) => [
      String(span.attributes["db.query.text"]).replace("? as ", ""),
      nameOf.get(span.parentSpanContext?.spanId ?? ""),
    ]);
    expect(Object.fromEntries(parents)).toMatchObject({
      "select alone": "alone",
      "select inner_one": "in it",
      "select nested": "transaction",
      "select piped": "reserved",
      "select waited, pg_sleep(?)": "waits",
      "select beside": "beside",
    });
    expect(parents.every(([, parent]) => parent !== undefined)).toBe(true);
    expect(parents.map(([text]) => text)).not.toContain("select ?");
  });
});

describe("metrics", () => {
  test("have the names, units and buckets of the conventions", async () => {
    await db.query({ text: "select * from patients where id = $1", values: ["1"] });
    await rejection(db.query({ text: "select * from nowhere" }));
    const metricsNow = await collected();
    const duration = metricsNow.get(stable.METRIC_DB_CLIENT_OPERATION_DURATION);
    expect(duration?.descriptor).toMatchObject({ unit: "s", type: "HISTOGRAM" });
    const point = duration?.dataPoints.find(
      ({ attributes }) => attributes["db.collection.name"] === "nowhere",
    );
    expect(point?.attributes).toMatchObject({ "error.type": "42P01", "db.response.status_code": "42P01" });
    expect(point?.attributes).not.toHaveProperty("db.query.text");
    expect(point?.value).toMatchObject({
      buckets: { boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] },
      count: 1,
    });
    for (const name of [
      incubating.METRIC_DB_CLIENT_CONNECTION_COUNT,
      incubating.METRIC_DB_CLIENT_CONNECTION_IDLE_MAX,
      incubating.METRIC_DB_CLIENT_CONNECTION_MAX,
      incubating.METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS,
      incubating.METRIC_DB_CLIENT_CONNECTION_CREATE_TIME,
      incubating.METRIC_DB_CLIENT_CONNECTION_WAIT_TIME,
      incubating.METRIC_DB_CLIENT_CONNECTION_USE_TIME,
    ])
      expect([...metricsNow.keys()]).toContain(name);
    expect(JSON.stringify([...metricsNow.values()])).not.toContain(SECRET);
  });

  test("tell how the pool is, and of waits that ended without a connection", async () => {
    const small = connect({ url: database.url, max: 1, acquireTimeoutMs: 1_000 });
    const held = await small.reserve();
    const waiting = rejection(small.query({ text: "select 1" }));
    const { host, pathname } = new URL(database.url);
    const name = `${host}${pathname}#2`;
    const values = async (metric: string) =>
      ((await collected()).get(metric)?.dataPoints ?? []).filter(
        ({ attributes }) => attributes[incubating.ATTR_DB_CLIENT_CONNECTION_POOL_NAME] === name,
      );
    const state = incubating.ATTR_DB_CLIENT_CONNECTION_STATE;
    const count = await values(incubating.METRIC_DB_CLIENT_CONNECTION_COUNT);
    expect(count.map(({ attributes, value }) => [attributes[state], value])).toEqual([
      [incubating.DB_CLIENT_CONNECTION_STATE_VALUE_IDLE, 0],
      [incubating.DB_CLIENT_CONNECTION_STATE_VALUE_USED, 1],
    ]);
    const one = async (metric: string) => (await values(metric))[0]?.value;
    expect(await one(incubating.METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS)).toBe(1);
    expect(await one(incubating.METRIC_DB_CLIENT_CONNECTION_MAX)).toBe(1);
    expect(await waiting).toMatchObject({ problem: "pool-exhausted" });
    expect(await one(incubating.METRIC_DB_CLIENT_CONNECTION_TIMEOUTS)).toBe(1);
    await held.release();
    await small.close();
    expect(await one(incubating.METRIC_DB_CLIENT_CONNECTION_USE_TIME)).toMatchObject({ count: 1 });
  });
});
