import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Entry, openJournal, readJournal } from "../src/audit/kill/journal.ts";

test("a line that a kill cut off hides no other", () => {
  const folder = mkdtempSync(join(tmpdir(), "offramp-journal-"));
  try {
    const path = join(folder, "journal");
    const note = openJournal(path);
    const first: Entry = { at: "begun", call: "c1-1", kind: "READ", door: "builder" };
    const next: Entry = { at: "answered", call: "c2-1", kind: "READ", patients: ["1"] };
    note(first);
    appendFileSync(path, '\n{"at":"answered","call":"c1-1","kind":"READ","patients":["1"');
    note(next);
    expect(readJournal(path)).toEqual([first, next]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
