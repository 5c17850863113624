import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { packageRoot } from "../package-root.ts";

/** The style and the script of the page, and the policy under which a browser runs these and nothing else. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
  readonly policy: string;
}

/** Reads the package's own files, and the chart library's from where it is installed. */
export async function pageAssets(): Promise<PageAssets> {
  const { resolve } = createRequire(packageRoot);
  const [ownStyle, chartStyle, ownScript, chartScript] = await Promise.all([
    read(new URL("assets/report.css", packageRoot)),
    read(resolve("uplot/dist/uPlot.min.css")),
    read(new URL("assets/report.js", packageRoot)),
    read(resolve("uplot/dist/uPlot.iife.min.js")),
  ]);
  const style = `${chartStyle}\n${ownStyle}`;
  const script = `${chartScript}\n${ownScript}`;
  const policy = [
    "default-src 'none'",
    `style-src '${hash(style)}'`,
    `script-src '${hash(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return { style, script, policy };
}

/** A browser hashes the lines as they stand in the document, where each ends with a line feed. */
async function read(file: string | URL): Promise<string> {
  return (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
