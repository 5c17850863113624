/** Places in a block's list of leaves, from the first to the last, both included. */
export type LeafRun = readonly [first: number, last: number];

/** Leaves of a block: all of them, or those in runs that ascend. */
export type LeafRuns = "all" | readonly LeafRun[];

/** Leaves of several blocks, by the numbers of their seals. */
export type BlockLeaves = ReadonlyMap<number, LeafRuns>;

/**
 * The leaves as a retention statement says them: `3-8700 8701:0-311,313-313` is all of the blocks 3 to 8700, and of
 * block 8701 those runs. Months end inside a block, so almost all blocks are whole ones.
 */
export function writeBlockLeaves(leaves: BlockLeaves): string {
  const words: string[] = [];
  let whole: [number, number] | undefined;
  const end = (): void => {
    if (whole !== undefined) words.push(`${whole[0]}-${whole[1]}`);
    whole = undefined;
  };
  for (const [block, runs] of [...leaves].toSorted(([one], [other]) => one - other)) {
    if (runs === "all" && whole?.[1] === block - 1) whole = [whole[0], block];
    else {
      end();
      if (runs === "all") whole = [block, block];
      else words.push(`${block}:${runs.map((run) => run.join("-")).join(",")}`);
    }
  }
  end();
  return words.length === 0 ? "-" : words.join(" ");
}

/** More than a century of seals a minute: what says more is no statement, and must not fill the memory. */
const MOST_BLOCKS = 2 ** 26;

const WORD = /^(?<from>\d+)(?:-(?<to>\d+)|:(?<runs>\d+-\d+(?:,\d+-\d+)*))$/;

/** Undefined for a text that says no leaves. */
export function readBlockLeaves(text: string): BlockLeaves | undefined {
  const leaves = new Map<number, LeafRuns>();
  if (text === "-") return leaves;
  for (const word of text.split(" ")) {
    const { from, to, runs } = WORD.exec(word)?.groups ?? {};
    if (from === undefined) return undefined;
    if (runs === undefined) {
      if (Number(to) - Number(from) > MOST_BLOCKS) return undefined;
      for (let block = Number(from); block <= Number(to); block += 1) leaves.set(block, "all");
    } else {
      leaves.set(Number(from), runs.split(",").map(readRun));
    }
  }
  return leaves;
}

function readRun(text: string): LeafRun {
  const [first, last] = text.split("-").map(Number);
  return [first ?? 0, last ?? 0];
}

/** Collects places that ascend. */
export class RunCollector {
  readonly #runs: [number, number][] = [];
  #count = 0;

  add(place: number): void {
    const last = this.#runs.at(-1);
    if (last?.[1] === place - 1) last[1] = place;
    else this.#runs.push([place, place]);
    this.#count += 1;
  }

  /** Undefined when there is none. */
  of(leaves: number): LeafRuns | undefined {
    if (this.#count === 0) return undefined;
    return this.#count === leaves ? "all" : this.#runs;
  }
}

/** Whether a place is in one of several runs. */
export function covers(runs: readonly LeafRuns[], place: number): boolean {
  return runs.some((some) => some === "all" || some.some(([first, last]) => place >= first && place <= last));
}
