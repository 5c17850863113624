import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

it("takes a Supabase project from one server to another, is killed at it, and names every difference", async () => {
  const child = spawn(process.execPath, ["--conditions=@offramp/source", main, "--quick"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(said).toMatch(/differences 0, injected (\d+)\/\1 named, kills 4, pause \d+\.\d s/);
  expect(code).toBe(0);
}, 600_000);
