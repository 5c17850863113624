import type { Observe } from "../observation.ts";
import { PoolMetrics } from "../telemetry/pool-metrics.ts";
import { SlowPlans } from "../telemetry/slow-plans.ts";
import { StatementWatch } from "../telemetry/statement-watch.ts";
import { findTelemetry } from "../telemetry/telemetry.ts";
import { giveBack } from "./give-back.ts";
import type { Pool, PoolLimits } from "./pool.ts";
import type { Connector } from "./connector.ts";
import type { ServerConnection } from "./server-connection.ts";
import { address } from "./target.ts";

type WatchingSettings = Pick<PoolLimits, "slowMs" | "explainSlowEveryMs"> & { readonly observe: Observe };

/**
 * Opens connections whose statements are followed, where somebody wants to know of them: an OpenTelemetry SDK that was
 * started before, or the option `slowStatementMs`. Without either, a statement costs what it costs.
 */
export class Watching {
  readonly #connector: Connector;
  readonly #settings: WatchingSettings;
  readonly #plans: SlowPlans | undefined;

  constructor(connector: Connector, beside: Pool, settings: WatchingSettings) {
    this.#connector = connector;
    this.#settings = settings;
    const { explainSlowEveryMs: everyMs, observe } = settings;
    if (everyMs === undefined) return;
    this.#plans = new SlowPlans({
      everyMs,
      observe,
      async withSession(work) {
        const connection = await beside.acquire();
        try {
          return await work(connection);
        } finally {
          await giveBack(beside, connection);
        }
      },
    });
  }

  async open(pool: Pool, suffix = ""): Promise<ServerConnection> {
    // The API is looked for while the connection is made.
    const [connection, telemetry] = await Promise.all([this.#connector.open(), findTelemetry()]);
    const { slowMs, observe } = this.#settings;
    if (telemetry === undefined && !Number.isFinite(slowMs)) return connection;
    const { target } = connection;
    const onSlow = this.#plans && ((statement: { readonly text: string }) => this.#plans?.explain(statement));
    connection.watch = new StatementWatch({ slowMs, observe, telemetry, onSlow }, target);
    if (telemetry?.meter !== undefined && !pool.closed)
      pool.metrics ??= new PoolMetrics(
        telemetry.meter,
        `${address(target)}/${target.database}${suffix}`,
        () => pool.gauges,
      );
    return connection;
  }
}
