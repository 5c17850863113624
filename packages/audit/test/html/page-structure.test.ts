import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderReport, writeReport } from "../../src/index.ts";
import { aReport, attacks } from "./a-report.ts";

let page: string;

beforeAll(async () => {
  page = await renderReport(aReport());
});

const between = (text: string, from: string, to: string): string => text.split(from)[1]?.split(to)[0] ?? "";
const section = (id: string, of: string = page): string => between(of, `<section id="${id}"`, "</section>");
const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replaceAll("\u202E", "\uFFFD");

describe("the page of a report", () => {
  it("has its sections in order, each with its heading", () => {
    const ids = [...page.matchAll(/<section id="([a-z]+)" aria-labelledby="\1-h">/g)].map(([, id]) => id);
    expect(ids).toEqual([
      "summary",
      "timeline",
      "hours",
      "review",
      "actors",
      "subjects",
      "disclosures",
      "integrity",
    ]);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('name="viewport"');
  });

  it("says the figures", () => {
    expect(section("summary")).toMatch(/<dt>Accesses<\/dt>\s*<dd>12,345<\/dd>/);
    expect(section("summary")).toMatch(/<dt>Patients<\/dt>\s*<dd>1,480<\/dd>/);
    expect(section("actors").match(/<tr data-flags/g)).toHaveLength(60);
    expect(section("actors")).toContain("<em>not named</em>");
    expect(section("subjects")).toContain("The first 80 of 1,480.");
    expect(section("review")).toContain("No call touched unusually many patients.");
    // 2026-11-30T15:12 in UTC.
    expect(section("integrity")).toMatch(/number 11, <time datetime="[^"]+">2026-11-30 09:12<\/time>/);
    expect(section("integrity")).toContain("seal-2026");
    expect(section("integrity")).toMatch(/dropped after their time<\/dt>\s*<dd>400</);
    expect(section("integrity")).toContain("4 records are not sealed yet.");
  });

  it("lists what was given to others", () => {
    expect(section("disclosures").match(/<tr data-flags/g)).toHaveLength(2);
    expect(section("disclosures")).toContain("County Health Department");
    expect(section("summary")).toContain('<a href="#disclosures">Disclosures</a>');
  });

  it("shades the hours of the busiest users", () => {
    const hours = section("hours");
    expect(hours).toContain("The 25 of 60 users with the most accesses.");
    expect(hours.match(/role="rowheader"/g)).toHaveLength(25);
    expect(hours.match(/role="cell"/g)).toHaveLength(25 * 24);
    expect(hours).toMatch(/class="shade-5" title="9:00 to 10:00: 400"/);
    expect(hours).toMatch(/class="shade-1" title="11:00 to 12:00: 5"/);
    expect(hours).toMatch(/class="shade-0" title="0:00 to 1:00: 0"/);
  });

  it("says first of all that the trail was tampered with", async () => {
    const { integrity } = aReport();
    if (integrity === null) throw new Error("the report is verified");
    const bad = await renderReport(
      aReport({
        integrity: {
          ...integrity,
          intact: false,
          findings: [
            { kind: "changed", severity: "critical", id: "5", message: "Record 5 is not what was sealed." },
          ],
        },
      }),
    );
    expect(between(bad, "<main>", "</section>")).toContain('id="integrity"');
    expect(section("integrity", bad)).toContain("One finding says that the trail is not what was sealed.");
    expect(section("integrity", bad)).toMatch(/<strong>changed<\/strong> Record 5/);
    expect(bad).toMatch(/class="verdict bad"/);
  });

  it("does not call a trail intact that was not verified or not sealed", async () => {
    const { integrity } = aReport();
    if (integrity === null) throw new Error("the report is verified");
    const unverified = await renderReport(aReport({ integrity: null, unaccounted: null }));
    const unsealed = await renderReport(
      aReport({ integrity: { ...integrity, seals: 0, records: 0, lastSeal: undefined } }),
    );
    for (const [html, words] of [
      [unverified, "Not verified"],
      [unsealed, "Not sealed yet"],
    ] as const) {
      expect(section("integrity", html)).toContain(words);
      expect(html).not.toMatch(/class="verdict good"/);
    }
  });

  it("escapes every text that comes from outside", () => {
    const [, before = "", after = ""] = page.split(/<body>|<script type="application\/json"/);
    expect(after).not.toBe("");
    for (const attack of attacks) {
      expect(before).toContain(escaped(attack));
    }
    const dangerous = attacks.filter((attack) => escaped(attack) !== attack);
    expect(dangerous.filter((attack) => before.includes(attack))).toEqual([]);
    // The document has the two scripts that it was made with.
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<style/g)).toHaveLength(1);
  });

  it("asks for nothing, and lets only its own style and script run", () => {
    const [, policy = ""] = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(page) ?? [];
    const directives = new Map(
      policy
        .replaceAll("&#39;", "'")
        .split("; ")
        .map((directive) => directive.split(" ") as [string, string]),
    );
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(directives).toEqual(
      new Map([
        ["default-src", "'none'"],
        ["style-src", hash(between(page, "<style>", "</style>"))],
        ["script-src", hash(between(page, "<script>", "</script>"))],
        ["base-uri", "'none'"],
        ["form-action", "'none'"],
      ]),
    );
    const body = page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "");
    expect(body).not.toMatch(/\b(?:src|style|on\w+)=(?=["'])/);
    expect([...body.matchAll(/href="([^"]*)"/g)].every(([, href]) => href?.startsWith("#"))).toBe(true);
  });
});

describe("writeReport", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "offramp-report-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("writes a file that only its owner may read, over one that is there", async () => {
    const path = join(folder, "report.html");
    await writeFile(path, "an old report");
    await writeReport(path, aReport());
    expect(await readFile(path, "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["report.html"]);
  });

  it("leaves nothing behind where it cannot", async () => {
    await expect(writeReport(join(folder, "missing", "report.html"), aReport())).rejects.toMatchObject({
      code: "ENOENT",
    });
    expect(await readdir(folder)).toEqual(["report.html"]);
  });
});
