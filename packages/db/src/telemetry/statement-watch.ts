import type { Attributes, Span } from "@opentelemetry/api";
import { ConnectionError } from "../errors/connection-error.ts";
import { ServerError } from "../errors/server-error.ts";
import type { Observe } from "../observation.ts";
import type { Statement } from "../port.ts";
import type { Target } from "../driver/target.ts";
import { shapeOf, type StatementShape } from "./statement-shape.ts";
import type { Telemetry } from "./telemetry.ts";

/** What came of a statement. */
export interface WatchedOutcome {
  readonly rows: readonly unknown[];
  readonly durationMs: number;
}

const unwatched = new WeakSet<Statement>();

/** A statement of our own that nobody is told of: no call of the application made it. */
export function asOurOwn(statement: Statement): Statement {
  unwatched.add(statement);
  return statement;
}

export interface WatchSettings {
  readonly slowMs: number;
  readonly observe: Observe;
  readonly telemetry: Telemetry | undefined;
  /** Told of a statement that was slow. */
  readonly onSlow: ((statement: Statement) => void) | undefined;
}

/** Follows the statements of a connection: for slow-call reports, spans and metrics. None of them is told a value. */
export class StatementWatch {
  readonly #settings: WatchSettings;
  readonly #place: Attributes;

  constructor(settings: WatchSettings, { host, port, database }: Target) {
    this.#settings = settings;
    this.#place = {
      "db.system.name": "postgresql",
      "db.namespace": database,
      "server.address": host,
      // A socket directory has no port.
      ...(host.startsWith("/") ? {} : { "server.port": port }),
    };
  }

  /** @returns `running` itself. */
  follow<T extends WatchedOutcome>(statement: Statement, running: Promise<T>): Promise<T> {
    if (unwatched.has(statement)) return running;
    const { telemetry, slowMs } = this.#settings;
    const traced = telemetry && new TracedStatement(telemetry, this.#place, shapeOf(statement.text));
    running.then(
      (outcome) => {
        traced?.end(undefined);
        if (outcome.durationMs >= slowMs) this.#tellSlow(statement, outcome);
      },
      (error: Error) => traced?.end(error),
    );
    return running;
  }

  #tellSlow(statement: Statement, { durationMs, rows }: WatchedOutcome): void {
    const { text, summary } = shapeOf(statement.text);
    const { observe, onSlow } = this.#settings;
    observe({ kind: "slowStatement", text, summary, durationMs, rows: rows.length });
    onSlow?.(statement);
  }
}

/** By OpenTelemetry's "Semantic conventions for database client spans" and "… metrics". */
class TracedStatement {
  readonly #telemetry: Telemetry;
  readonly #attributes: Attributes;
  readonly #began: number = performance.now();
  readonly #span: Span | undefined;

  constructor(telemetry: Telemetry, place: Attributes, shape: StatementShape) {
    this.#telemetry = telemetry;
    this.#attributes = {
      ...place,
      "db.operation.name": shape.operation,
      "db.query.summary": shape.summary,
      ...(shape.collection === undefined ? {} : { "db.collection.name": shape.collection }),
    };
    // The parent is the context of the call.
    this.#span = telemetry.tracer?.startSpan(shape.summary, {
      kind: telemetry.spanKind,
      attributes: { ...this.#attributes, "db.query.text": shape.text },
    });
  }

  /** No message of an error goes anywhere: PostgreSQL's may quote a value. */
  end(error: Error | undefined): void {
    const failure = error === undefined ? {} : failureAttributes(error);
    if (error !== undefined) this.#span?.setAttributes(failure).setStatus(this.#telemetry.failed);
    this.#span?.end();
    const seconds = (performance.now() - this.#began) / 1_000;
    this.#telemetry.operationDuration?.record(seconds, { ...this.#attributes, ...failure });
  }
}

function failureAttributes(error: Error): Attributes {
  if (error instanceof ServerError)
    return { "error.type": error.code, "db.response.status_code": error.code };
  return { "error.type": error instanceof ConnectionError ? error.problem : error.name };
}
