import { describe, expect, it } from "vitest";

import { formatLsn, parseLsn } from "../../src/follow/lsn.ts";
import { UNCHANGED } from "../../src/follow/pgoutput/message.ts";
import { parseMessage } from "../../src/follow/pgoutput/parse-message.ts";
import { Snapshot } from "../../src/follow/snapshot.ts";

/** Messages written by hand, field by field, after PostgreSQL's documentation, 54.9. */
const hex = (...parts: readonly string[]): Buffer => Buffer.from(parts.join("").replaceAll(" ", ""), "hex");
const text = (value: string): string => Buffer.from(value).toString("hex");

describe("messages of pgoutput", () => {
  it("reads a transaction's beginning and end", () => {
    // 86,400,000,000 microseconds after the beginning of the year 2000: a day.
    expect(parseMessage(hex(text("B"), "00000016B374D848", "000000141DD76000", "000002EA"))).toEqual({
      kind: "begin",
      finalLsn: parseLsn("16/B374D848"),
      committedAt: new Date("2000-01-02T00:00:00Z"),
      transactionId: 746,
    });
    expect(
      parseMessage(hex(text("C"), "00", "0000000000000010", "0000000000000020", "0000000000000000")),
    ).toEqual({
      kind: "commit",
      commitLsn: 16n,
      endLsn: 32n,
      committedAt: new Date("2000-01-01T00:00:00Z"),
    });
  });

  it("reads a table with its key and its replica identity", () => {
    const bytes = hex(
      text("R"),
      "00004001",
      text("public"),
      "00",
      text("patient"),
      "00",
      text("d"),
      "0002",
      "01",
      text("id"),
      "00",
      "00000017",
      "FFFFFFFF",
      "00",
      text("naïve"),
      "00",
      "00000019",
      "FFFFFFFF",
    );
    expect(parseMessage(bytes)).toEqual({
      kind: "relation",
      relation: {
        id: 0x4001,
        schema: "public",
        name: "patient",
        replicaIdentity: "d",
        columns: [
          { name: "id", key: true, typeId: 23 },
          { name: "naïve", key: false, typeId: 25 },
        ],
      },
    });
  });

  it("reads rows: text, null, and a large value that was left as it was", () => {
    const bytes = hex(
      text("U"),
      "00004001",
      text("N"),
      "0003",
      text("t"),
      "00000002",
      text("42"),
      text("n"),
      text("u"),
    );
    expect(parseMessage(bytes)).toEqual({ kind: "update", relationId: 0x4001, row: ["42", null, UNCHANGED] });
  });

  it("reads an update that moved a row's key", () => {
    const bytes = hex(
      text("U"),
      "00004001",
      text("K"),
      "0001",
      text("t"),
      "00000001",
      text("1"),
      text("N"),
      "0001",
      text("t"),
      "00000001",
      text("2"),
    );
    expect(parseMessage(bytes)).toEqual({ kind: "update", relationId: 0x4001, before: ["1"], row: ["2"] });
  });

  it("reads a truncation of several tables", () => {
    expect(parseMessage(hex(text("T"), "00000002", "03", "00000001", "00000002"))).toEqual({
      kind: "truncate",
      relationIds: [1, 2],
      cascade: true,
      restartIdentity: true,
    });
  });

  it("refuses what it does not know, and what is cut off", () => {
    expect(() => parseMessage(hex(text("S")))).toThrow('unknown kind "S"');
    expect(() =>
      parseMessage(hex(text("I"), "00004001", text("N"), "0001", text("t"), "00000009", text("short"))),
    ).toThrow("ends too early");
    expect(() =>
      parseMessage(hex(text("I"), "00004001", text("N"), "0001", text("b"), "00000001", "00")),
    ).toThrow("only text was asked for");
  });
});

describe("positions of the log", () => {
  it.each(["0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF"])("reads and writes %s", (lsn) => {
    expect(formatLsn(parseLsn(lsn))).toBe(lsn);
  });

  it("refuses anything else", () => {
    expect(() => parseLsn("16-B374D848")).toThrow("16/B374D848");
  });
});

describe("what a snapshot sees", () => {
  it("sees what had ended before it, and not what was running or came later", () => {
    const snapshot = Snapshot.parse("10:20:10,14,15");
    expect([9, 10, 13, 14, 15, 19, 20, 21].map((id) => snapshot.sees(id))).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it("knows the numbers that the log cuts to 32 bits, on both sides of a turn", () => {
    // 2^32 + 5 is the snapshot's end: 4294967290 was before the turn, 7 comes after it.
    const snapshot = Snapshot.parse("4294967295:4294967301:4294967295");
    expect([4_294_967_290, 4_294_967_295, 3, 5, 7].map((id) => snapshot.sees(id))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });
});
