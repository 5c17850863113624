import { existsSync } from "node:fs";
import http from "node:http";
import { homedir } from "node:os";
import path from "node:path";
import type * as Testcontainers from "@testcontainers/postgresql";
import type { RunningServer, Unavailable } from "./provider.ts";
import { THROWAWAY_SETTINGS } from "./server-settings.ts";

const PING_WITHIN_MS = 800;
const INSTALL = "npm install --save-dev @testcontainers/postgresql";

/** Starts a container with PostgreSQL. Testcontainers removes it when this process ends, even if it is killed. */
export async function startDocker(
  image: string,
  settings: Readonly<Record<string, string>>,
): Promise<RunningServer | Unavailable> {
  if (!(await dockerAnswers())) return { provider: "docker", reason: "no Docker engine answers" };
  const testcontainers = await loadTestcontainers();
  if (testcontainers === undefined) {
    return {
      provider: "docker",
      reason: `the package @testcontainers/postgresql is not installed; install it with: ${INSTALL}`,
    };
  }
  const flags = Object.entries({ ...THROWAWAY_SETTINGS, ...settings }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  try {
    const container = await new testcontainers.PostgreSqlContainer(image)
      .withUsername("postgres")
      .withDatabase("postgres")
      .withCommand(["postgres", ...flags])
      .start();
    return {
      provider: "docker",
      url: container.getConnectionUri(),
      stop: async () => void (await container.stop()),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      provider: "docker",
      reason: `Docker answers, but the container of ${image} did not start: ${reason}`,
    };
  }
}

/** True when a Docker engine answers on DOCKER_HOST or one of the usual sockets. Takes less than a second, and never throws. */
export async function dockerAnswers(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  const answers = await Promise.all(endpoints(env).map(ping));
  return answers.includes(true);
}

function endpoints(env: Readonly<Record<string, string | undefined>>): http.RequestOptions[] {
  const host = env["DOCKER_HOST"];
  if (host !== undefined && host !== "") {
    const address = /^(?:tcp|http):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(host);
    if (address !== null)
      return [{ host: address[1]?.replace(/^\[|\]$/g, ""), port: Number(address[2] ?? 2375) }];
    return [{ socketPath: host.replace(/^(?:unix|npipe):\/\//, "") }];
  }
  if (process.platform === "win32") return [{ socketPath: "//./pipe/docker_engine" }];
  const home = homedir();
  const sockets = [
    "/var/run/docker.sock",
    path.join(home, ".docker/run/docker.sock"),
    path.join(home, ".colima/default/docker.sock"),
  ];
  return sockets.filter((socketPath) => existsSync(socketPath)).map((socketPath) => ({ socketPath }));
}

function ping(endpoint: http.RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(
      { ...endpoint, path: "/_ping", timeout: PING_WITHIN_MS, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
    const timer = setTimeout(() => request.destroy(), PING_WITHIN_MS);
    request.on("close", () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

async function loadTestcontainers(): Promise<typeof Testcontainers | undefined> {
  try {
    return await import("@testcontainers/postgresql");
  } catch (error) {
    if (error instanceof Error && "code" in error && /MODULE_NOT_FOUND/.test(String(error.code)))
      return undefined;
    throw error;
  }
}
