/** A candidate and how close it is: 1 is equal up to case. */
export interface FuzzyMatch {
  readonly text: string;
  readonly score: number;
}

/** Below this two names have too little in common for a hint. */
const MINIMUM_SCORE = 0.33;

/** So many of the candidates with the most runs in common are compared letter by letter. */
const COMPARED = 50;

/**
 * Candidates that resemble `text`, best first: those that share three-letter (else two-letter) runs,
 * ranked by edit distance, and by runs where that is equal. Where `text` is there itself, up to case, it is the only match.
 * This is the method, and these are the bounds, behind PostgREST's hints.
 */
export function fuzzyMatches(
  candidates: readonly string[],
  text: string,
  minimum: number = MINIMUM_SCORE,
): readonly FuzzyMatch[] {
  const wanted = text.toLowerCase();
  const known = new Map<string, string>();
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    if (!known.has(lower)) known.set(lower, candidate);
  }
  const same = known.get(wanted);
  if (same !== undefined) return [{ text: same, score: 1 }];
  for (const size of [3, 2]) {
    const matches = matchesBySize(known, wanted, size).filter((match) => match.score >= minimum);
    if (matches.length > 0) return matches;
  }
  return [];
}

function matchesBySize(
  candidates: ReadonlyMap<string, string>,
  wanted: string,
  size: number,
): readonly FuzzyMatch[] {
  const wantedGrams = gramCounts(wanted, size);
  return [...candidates]
    .map(([lower, text]) => ({ lower, text, shared: cosine(wantedGrams, gramCounts(lower, size)) }))
    .filter(({ shared }) => shared > 0)
    .toSorted((a, b) => b.shared - a.shared)
    .slice(0, COMPARED)
    .map(({ lower, text }) => ({ text, score: similarity(lower, wanted) }))
    .toSorted((a, b) => b.score - a.score);
}

function gramCounts(text: string, size: number): ReadonlyMap<string, number> {
  const padded = `-${text.replaceAll(/[^\p{L}\p{N},\s]+/gu, "")}-`;
  const counts = new Map<string, number>();
  for (let start = 0; start + size <= padded.length; start += 1) {
    const gram = padded.slice(start, start + size);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let product = 0;
  for (const [gram, count] of a) product += count * (b.get(gram) ?? 0);
  const norm = (counts: ReadonlyMap<string, number>): number =>
    Math.sqrt([...counts.values()].reduce((sum, count) => sum + count * count, 0));
  return product === 0 ? 0 : product / (norm(a) * norm(b));
}

function similarity(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 0 : 1 - editDistance(a, b) / longest;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
