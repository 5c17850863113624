import type * as OpenTelemetry from "@opentelemetry/api";

/** The scope's name. */
const SCOPE = "@offramp/db";
/** Seconds (OpenTelemetry, "Semantic conventions for database client metrics"). */
const DURATION_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** Where spans and metrics go. */
export interface Telemetry {
  readonly tracer: OpenTelemetry.Tracer | undefined;
  readonly operationDuration: OpenTelemetry.Histogram | undefined;
  readonly meter: OpenTelemetry.Meter | undefined;
  /** Of each span. */
  readonly spanKind: OpenTelemetry.SpanKind;
  readonly failed: OpenTelemetry.SpanStatus;
}

type Api = typeof OpenTelemetry;

let api: Promise<Api | undefined> | undefined;
let made: Telemetry | undefined;

/**
 * Where the application's OpenTelemetry SDK wants spans and metrics; undefined without one. The API package is the
 * application's: who has an SDK has it.
 */
export async function findTelemetry(): Promise<Telemetry | undefined> {
  if (!isRegistered()) return undefined;
  api ??= import("@opentelemetry/api").catch(() => undefined);
  const found = await api;
  if (found === undefined) return undefined;
  const tracer = isTracing(found) ? found.trace.getTracer(SCOPE) : undefined;
  const anyMeter = found.metrics.getMeter(SCOPE);
  const meter = anyMeter === found.createNoopMeter() ? undefined : anyMeter;
  if (tracer === undefined && meter === undefined) return undefined;
  if (made?.tracer === tracer && made?.meter === meter) return made;
  made = {
    tracer,
    meter,
    operationDuration: meter && operationDuration(meter),
    spanKind: found.SpanKind.CLIENT,
    failed: { code: found.SpanStatusCode.ERROR },
  };
  return made;
}

/**
 * An SDK registers itself under a global symbol, which tells without loading the API: that takes a process that has
 * just started 20 ms.
 */
function isRegistered(): boolean {
  return Object.getOwnPropertySymbols(globalThis).some((symbol) =>
    Symbol.keyFor(symbol)?.startsWith("opentelemetry.js.api."),
  );
}

/** Until an SDK comes, the API's own provider stands in for one, and has no tracer to delegate to. */
function isTracing({ trace, ProxyTracerProvider }: Api): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(SCOPE) !== undefined;
}

function operationDuration(meter: OpenTelemetry.Meter): OpenTelemetry.Histogram {
  return meter.createHistogram("db.client.operation.duration", {
    description: "Duration of database client operations.",
    unit: "s",
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
}
