/**
 * Finds the circles in a graph of files: for every group of files that reach each other, one shortest way around.
 *
 * @param edges every file with the files that it imports; a file outside of the map has no edges
 * @returns each circle as its files in order, without the first one repeated
 */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const inACircle = new Set<string>();
  for (const start of edges.keys()) {
    if (inACircle.has(start)) continue;
    const circle = shortestWayBack(start, edges);
    if (!circle) continue;
    for (const file of circle) inACircle.add(file);
    found.push(circle);
  }
  return found;
}

function shortestWayBack(start: string, edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const next of edges.get(file) ?? []) {
      if (next === start) return wayTo(file, start, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end];
  for (let file = end; file !== start;) {
    const previous = cameFrom.get(file);
    if (previous === undefined) break;
    way.unshift(previous);
    file = previous;
  }
  return way;
}
