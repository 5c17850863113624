import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { offramp, startOfframp } from "./offramp.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "offramp-cli-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the command line", () => {
  it("lists the commands and the exit codes", async () => {
    const { code, stdout } = await offramp(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("doctor");
    expect(stdout).toContain("0 done, 1 findings, 2 failed, 3 aborted");
  });

  it("ends with 2 for a command, a flag or a place that it does not know", async () => {
    const runs = await Promise.all([
      offramp(["docto"]),
      offramp(["doctor", "--bogus"]),
      offramp(["doctor"], { folder }),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2]);
    expect(runs[0]?.stderr).toContain("Did you mean doctor?");
    expect(runs[1]?.stderr).toContain("unknown option '--bogus'");
    expect(runs[2]?.stderr).toContain("OFFRAMP_SOURCE_URL");
  });

  it("paints nothing where no terminal shows it, whatever a service for builds sets", async () => {
    const environment = { CI: "true", FORCE_COLOR: "1" };
    const runs = await Promise.all([
      offramp(["scan", folder], { environment }),
      offramp(["doctor", "--target", "postgres://nobody@127.0.0.1:1/none"], { environment }),
    ]);
    for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toContain("\u001b");
    expect(runs[0]?.stdout).toContain("none uses supabase-js");
  });

  it("prints only data on standard output with --json", async () => {
    const url = inject("postgresUrl");
    const { stdout } = await offramp(["doctor", "--json", "--source", url, "--target", url]);
    expect(JSON.parse(stdout)).toMatchObject({
      points: expect.arrayContaining([
        expect.objectContaining({ name: "source answers", verdict: "passed" }),
        expect.objectContaining({ name: "target answers", verdict: "passed" }),
      ]),
    });
  });

  it("never shows a password, and takes a place from flag, environment or configuration, in this order", async () => {
    await writeFile(
      join(folder, "offramp.config.ts"),
      `export default { source: "postgres://config:hunter2@127.0.0.1:1/c", target: "postgres://config:hunter2@127.0.0.1:1/c" };`,
    );
    const { code, stdout, stderr } = await offramp(
      ["doctor", "--source", "postgres://flag:hunter2@127.0.0.1:1/f"],
      {
        folder,
        environment: { OFFRAMP_TARGET_URL: "postgres://variable:hunter2@127.0.0.1:1/v" },
      },
    );
    expect(code).toBe(2);
    expect(stdout).toContain("127.0.0.1:1/f as flag");
    expect(stdout).toContain("127.0.0.1:1/v as variable");
    expect(stdout + stderr).not.toContain("hunter2");
  });

  it("refuses a setting that it does not know", async () => {
    await writeFile(join(folder, "wrong.config.mjs"), `export default { sorce: "postgres://a@b/c" };`);
    const { code, stderr } = await offramp(["doctor", "--config", "wrong.config.mjs"], { folder });
    expect(code).toBe(2);
    expect(stderr).toContain("sorce");
  });

  it.skipIf(process.platform !== "linux")(
    "does not leave a connection string in the list of processes",
    async () => {
      // A server that accepts and never answers keeps the command alive.
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const url = `postgres://owner:hunter2@127.0.0.1:${port}/clinic`;
      const child = startOfframp(["doctor", "--source", url, "--target", url], { folder });
      try {
        await once(server, "connection");
        expect(await readFile(`/proc/${child.pid}/cmdline`, "latin1")).not.toContain("hunter2");
      } finally {
        child.kill("SIGKILL");
        server.close();
      }
    },
  );
});
