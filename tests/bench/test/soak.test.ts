import { expect, test } from "vitest";
import { randomCall } from "../src/soak/random-call.ts";
import { type Sample, verdictOf } from "../src/soak/verdict.ts";

const MIB = 1024 * 1024;
const BOUNDS = { connections: 12, prepared: 100, growth: 0.25, heapAllowance: MIB };

function samples(more: (index: number) => Partial<Sample>): readonly Sample[] {
  return Array.from({ length: 9 }, (_, index) => ({
    seconds: index,
    calls: 100,
    p50: 10,
    p99: 20,
    heap: 50 * MIB,
    resident: 100 * MIB,
    connections: 10,
    prepared: 80,
    idleInTransaction: 0,
    ...more(index),
  }));
}

test("a soak that stays as it is keeps to its bounds, and what its beginning filled is no growth", () => {
  expect(
    verdictOf(
      samples(() => ({})),
      0,
      BOUNDS,
    ),
  ).toEqual([]);
  expect(
    verdictOf(
      samples((index) => ({ heap: Math.min(index * 20, 60) * MIB })),
      0,
      BOUNDS,
    ),
  ).toEqual([]);
});

test("each bound that is broken is named", () => {
  const verdict = (more: (index: number) => Partial<Sample>, unexpected = 0): readonly string[] =>
    verdictOf(samples(more), unexpected, BOUNDS);
  expect(verdict((index) => ({ heap: (50 + index * 10) * MIB }))).toEqual(["the heap grew by 30720 KiB"]);
  expect(verdict((index) => ({ p50: 10 + index * 2 }))).toEqual(["the median latency grew by 33 %"]);
  expect(verdict((index) => ({ connections: index === 4 ? 13 : 10 }))).toEqual([
    "13 connections, of at most 12",
  ]);
  expect(verdict(() => ({ prepared: 101 }))).toEqual([
    "101 prepared statements on a connection, of at most 100",
  ]);
  expect(verdict((index) => ({ calls: index === 8 ? 0 : 100 }))).toEqual([
    "for a whole interval no call ended",
  ]);
  expect(verdict(() => ({}), 2)).toEqual(["2 calls ended otherwise than they should"]);
  expect(verdictOf([], 0, BOUNDS)).toEqual(["too short to tell of growth: three samples are the least"]);
});

test("the calls are of every kind", () => {
  let state = 1;
  // The generator of Park and Miller (1988): the same calls on every run.
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const kinds = new Set(Array.from({ length: 200 }, () => randomCall(random).expected));
  expect([...kinds].toSorted()).toEqual(["abort", "answer", "error"]);
});
