import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeReport } from "../../src/index.ts";
import { aReport, attacks } from "./a-report.ts";
import { chromiumPath } from "./browser.ts";

const reason =
  chromiumPath === undefined ? " (skipped: no Chromium on the PATH, nor in OFFRAMP_TEST_CHROMIUM)" : "";

/** What stands out of the window at the right. The headings of a phone's tables are hidden from sight. */
const CUT_OFF = `[...document.querySelectorAll("main *:not(thead, thead *)")]
  .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))`;

interface Painted {
  /** How many pixels of the chart have the colour of its bars. */
  readonly bars: number;
  readonly card: string;
  readonly text: string;
}

const PAINTED = `(() => {
  const canvas = document.querySelector("canvas");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const bar = getComputedStyle(document.documentElement).getPropertyValue("--bar").trim();
  const wanted = [1, 3, 5].map((place) => Number.parseInt(bar.slice(place, place + 2), 16));
  let bars = 0;
  for (let place = 0; place < pixels.length; place += 4)
    if (wanted.every((part, index) => pixels[place + index] === part)) bars += 1;
  const { backgroundColor: card, color: text } = getComputedStyle(document.querySelector("section"));
  return { bars, card, text };
})()`;

// A browser on a busy machine takes its time.
const options = { timeout: 60_000 };

describe.skipIf(chromiumPath === undefined)(`the page in a browser${reason}`, options, () => {
  let folder: string;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "offramp-report-"));
    const path = join(folder, "report.html");
    await writeReport(path, aReport());
    url = pathToFileURL(path).href;
    // The page's own policy is what is tested; the sandbox needs rights that a container often lacks.
    browser = await chromium.launch({ executablePath: chromiumPath ?? "", args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  interface Opened {
    readonly page: Page;
    readonly requests: readonly string[];
    readonly errors: readonly string[];
  }

  async function open(width: number, colorScheme: "light" | "dark" = "light"): Promise<Opened> {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const requests: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(url);
    return { page, requests, errors };
  }

  const shown = (page: Page, table: string): Promise<number> =>
    page.locator(`#${table} tbody tr:visible`).count();

  it.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
  ] as const)("at %i pixels, %s: draws its chart, fits, and asks for nothing", async (width, scheme) => {
    const { page, requests, errors } = await open(width, scheme);
    expect(requests).toEqual([url]);
    expect(errors).toEqual([]);
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    for (const part of await page.locator("details").all())
      await part.evaluate((one) => one.setAttribute("open", ""));
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await page.evaluate(CUT_OFF)).toEqual([]);
    const { bars, card, text } = await page.evaluate<Painted>(PAINTED);
    expect(bars).toBeGreaterThan(2_000);
    expect([card, text]).toEqual(
      scheme === "light"
        ? ["rgb(255, 255, 255)", "rgb(23, 32, 43)"]
        : ["rgb(26, 33, 43)", "rgb(231, 236, 242)"],
    );
    await page.close();
  });

  it("shows the first rows of a table, and all on request", async () => {
    const { page } = await open(1280);
    expect(await shown(page, "actors-table")).toBe(50);
    expect(await page.locator("#actors-table .count").textContent()).toBe("50 shown of 60");
    await page.locator("#actors-table .more").click();
    expect(await shown(page, "actors-table")).toBe(60);
    await page.close();
  });

  it("searches by several words, also those that an attacker chose", async () => {
    const { page } = await open(1280);
    const search = page.locator("#actors-table input");
    await search.fill("USER-4 clinician");
    expect(await shown(page, "actors-table")).toBe(10);
    await search.fill("user-41");
    expect(await shown(page, "actors-table")).toBe(1);
    expect(await page.locator("#actors-table .count").textContent()).toBe("1 shown of 1 found, of 60");
    await search.fill("nobody of this name");
    expect(await shown(page, "actors-table")).toBe(0);
    await search.fill(attacks[0] ?? "");
    expect(await shown(page, "actors-table")).toBe(1);
    expect(await page.locator("#actors-table tbody tr:visible td").first().textContent()).toContain(
      attacks[0],
    );
    await page.close();
  });

  it("filters, together with the search", async () => {
    const { page } = await open(390);
    await page.locator("#actors-table select").selectOption("refused");
    expect(await shown(page, "actors-table")).toBe(1);
    expect(await page.locator("#actors-table tbody tr:visible").textContent()).toContain("user-20");
    await page.locator("#actors-table input").fill("user-21");
    expect(await shown(page, "actors-table")).toBe(0);
    await page.locator("#subjects-table select").selectOption("disclosed");
    expect(await shown(page, "subjects-table")).toBe(1);
    await page.close();
  });

  it("puts rows in order by a heading: numbers from the most, names from A", async () => {
    const { page } = await open(1280);
    const firstCells = async (column: number): Promise<string[]> => {
      const cells = await page
        .locator(`#subjects-table tbody tr:visible td:nth-child(${column})`)
        .allTextContents();
      return cells.slice(0, 2).map((text) => text.trim());
    };
    const heading = (name: string) => page.locator("#subjects-table th button", { hasText: name });
    await heading("Users").click();
    expect(await firstCells(3)).toEqual(["9", "9"]);
    expect(await page.locator("#subjects-table th[aria-sort=descending]").textContent()).toContain("Users");
    await heading("Users").click();
    expect(await firstCells(3)).toEqual(["1", "1"]);
    await heading("Patient").click();
    expect(await page.locator("#subjects-table th[aria-sort]").count()).toBe(1);
    expect(await page.locator("#subjects-table th[aria-sort=ascending]").textContent()).toContain("Patient");
    await page.close();
  });

  it("opens the part that a figure of the summary links to", async () => {
    const { page } = await open(1280);
    const part = page.locator("details#break-glass");
    expect(await part.getAttribute("open")).toBeNull();
    await page.locator("#summary a", { hasText: "Broken glass" }).click();
    await part.locator("table").waitFor({ state: "visible" });
    expect(await part.locator("tbody tr:visible").count()).toBe(1);
    await page.close();
  });

  it("prints in black on white, with a row on a line, on dark screens too", async () => {
    const { page } = await open(718, "dark");
    await page.emulateMedia({ media: "print" });
    const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    const row = await page.evaluate(`getComputedStyle(document.querySelector("#actors-table tr")).display`);
    expect([background, row]).toEqual(["rgb(255, 255, 255)", "table-row"]);
    expect(await page.locator("nav").isVisible()).toBe(false);
    await page.close();
  });

  it("is complete without its script", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(url);
    expect(await shown(page, "actors-table")).toBe(60);
    expect(await page.locator(".tools:visible").count()).toBe(0);
    await context.close();
  });
});
