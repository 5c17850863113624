import type { Queryable } from "@offramp/db";
import type { Anchor } from "../anchor/anchor.ts";
import { lastSeal, type StoredSeal, storedSeals } from "../seal/stored-seals.ts";
import { critical, type Finding, information } from "./finding.ts";

/** The seals here and those of an anchor, both in the order of their numbers, walked side by side. */
export async function compareAnchor(db: Queryable, anchor: Anchor): Promise<Finding[]> {
  const findings: Finding[] = [];
  const here = storedSeals(db)[Symbol.asyncIterator]();
  const nextHere = async (): Promise<StoredSeal | undefined> => {
    const { value, done } = await here.next();
    return done === true ? undefined : value;
  };
  const place = (seal: number): { seal: number; anchor: string } => ({ seal, anchor: anchor.name });
  let seal = await nextHere();
  let last = -1;
  const lost: number[] = [];
  for await (const [number, anchored] of anchor.read()) {
    for (; seal !== undefined && seal.number < number; seal = await nextHere()) {
      findings.push(
        critical(
          "anchor-differs",
          `The anchor ${anchor.name} does not have seal ${seal.number}.`,
          place(seal.number),
        ),
      );
      last = seal.number;
    }
    if (seal?.number !== number) {
      lost.push(number);
      continue;
    }
    if (seal.text !== anchored.text || seal.signature !== anchored.signature) {
      findings.push(
        critical("anchor-differs", `The anchor ${anchor.name} has another seal ${number}.`, place(number)),
      );
    }
    last = number;
    seal = await nextHere();
  }
  // What was sealed while the anchor was being read is no tail that was cut off.
  const newest = (await lastSeal(db))?.number ?? -1;
  const tail = lost.filter((number) => number > last && number > newest);
  if (tail.length > 0) {
    findings.push(
      critical(
        "truncated-tail",
        `The anchor ${anchor.name} has ${tail.length} seals after the last one here, from ${tail[0]} on: they and their records were cut off.`,
        place(tail[0] ?? 0),
      ),
    );
  }
  for (; seal !== undefined; seal = await nextHere()) {
    findings.push(
      information(
        "not-anchored",
        `Seal ${seal.number} has not reached the anchor ${anchor.name} yet.`,
        place(seal.number),
      ),
    );
  }
  return findings;
}
