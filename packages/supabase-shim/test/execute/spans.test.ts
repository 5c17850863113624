import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { withActor } from "@offramp/audit";
import { connect, type Database, type DatabaseObservation } from "@offramp/db";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { clinicDatabase } from "../clinic-database.ts";

/** A call of the client, as a trace and a slow-call report show it. */

const spans = new InMemorySpanExporter();
const observed: DatabaseObservation[] = [];
const SECRET = "ada@phi.example";
let db: Database;
let client: SupabaseClient;

beforeAll(async () => {
  const clinic = await clinicDatabase();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  db = connect({ url: clinic.url, max: 2, slowStatementMs: 1, observe: (one) => observed.push(one) });
  client = createClient(db);
});
beforeEach(() => spans.reset());
afterAll(async () => {
  await db.close();
  trace.disable();
  context.disable();
});

async function within(name: string, call: () => PromiseLike<unknown>): Promise<void> {
  await trace.getTracer("test").startActiveSpan(name, async (span) => {
    await call();
    span.end();
  });
}

test("the statements of a call are children of the span that it was made in, and hold no value", async () => {
  await within("warm up", () => client.from("subscriptions").select("id").limit(1));
  spans.reset();
  await within("read", () => client.from("subscriptions").select("id").eq("tier", "pro"));
  await within("with rights", () =>
    client.withClaims({ role: "service_role" }).from("subscriptions").select("id").eq("tier", "pro"),
  );
  await within("audited", () =>
    withActor({ id: "lena" }, () => client.from("profiles").select("full_name").eq("email", SECRET)),
  );
  const finished = spans.getFinishedSpans();
  for (const name of ["read", "audited"]) {
    const parent = finished.find((span) => span.name === name);
    const children = finished.filter(
      (span) => span.parentSpanContext?.spanId === parent?.spanContext().spanId,
    );
    expect(children.length, name).toBeGreaterThan(0);
    expect(children.every((span) => span.attributes["db.system.name"] === "postgresql")).toBe(true);
  }
  expect(
    JSON.stringify(finished.map(({ name, attributes, events }) => ({ name, attributes, events }))),
  ).not.toContain(SECRET);
});

test("a slow audited call is reported by its shape, without a value", async () => {
  observed.length = 0;
  // It waits for the table, so that it is slow on every machine.
  const [waiting] = await db.transaction(async (holder) => {
    await holder.query({ text: "lock table profiles in access exclusive mode" });
    const call = Promise.resolve(
      withActor({ id: "lena" }, () =>
        client.from("profiles").select("full_name").eq("email", SECRET).statementTimeout(5_000),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    // In a list, because the transaction must end before the call can.
    return [call] as const;
  });
  await waiting;
  const slow = observed.filter(({ kind }) => kind === "slowStatement");
  expect(slow.length).toBeGreaterThan(0);
  expect(JSON.stringify(slow)).not.toContain(SECRET);
});
