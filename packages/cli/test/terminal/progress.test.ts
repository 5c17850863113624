import { describe, expect, it } from "vitest";

import { progressLine, readableBytes, readableSeconds } from "../../src/terminal/progress.ts";
import { fit } from "../../src/terminal/fit.ts";
import { renderTable } from "../../src/terminal/table.ts";
import { wrappedText } from "../../src/terminal/wrapped.ts";

describe("what a terminal shows", () => {
  it("says how far, how fast and how long still", () => {
    const state = { done: 1_200_000, total: 5_000_000, bytes: 310_000_000, seconds: 10 };
    expect(progressLine(state, "rows")).toBe(
      "1,200,000 of 5,000,000 rows, 120,000 rows/s, 31.0 MB/s, 32 s left",
    );
  });

  it("claims no end where none is known, nor one behind the estimate", () => {
    expect(progressLine({ done: 10, total: undefined, bytes: 0, seconds: 2 }, "rows")).toBe(
      "10 rows, 5 rows/s",
    );
    expect(progressLine({ done: 10, total: 8, bytes: 0, seconds: 2 }, "rows")).toBe(
      "10 of 10 rows, 5 rows/s",
    );
  });

  it("writes bytes in powers of 1,000 and times in two units", () => {
    expect([0, 999, 1_000, 31_400_000, 250_000_000].map(readableBytes)).toEqual([
      "0 B",
      "999 B",
      "1.0 kB",
      "31.4 MB",
      "250 MB",
    ]);
    expect([2.14, 45, 200, 7_500].map(readableSeconds)).toEqual(["2.1 s", "45 s", "3 min 20 s", "2 h 5 min"]);
  });

  it("cuts a line by the columns that it takes, not by its characters", () => {
    expect(fit("患者一覧", 6)).toBe("患者…");
    expect(fit("rows", 4)).toBe("rows");
  });

  it("breaks prose between words, below where it begins, and leaves what can only be copied whole", () => {
    const text =
      "Next:\n    alter role service_role bypassrls as a superuser\npostgres://user@host.example:5432/database";
    expect(wrappedText(text, 30)).toBe(
      [
        "Next:",
        "    alter role service_role",
        "      bypassrls as a superuser",
        "postgres://user@host.example:5432/database",
      ].join("\n"),
    );
  });

  it("aligns columns by the width that is seen", () => {
    expect(
      renderTable(
        [{ title: "table" }, { title: "rows", align: "right" }],
        [
          ["患者", "12"],
          ["a", "3"],
        ],
      ),
    ).toBe(["table  rows", "患者     12", "a         3"].join("\n"));
  });
});
