const FIRST_MS = 50;

/** Milliseconds to wait before attempt after attempt: twice as long each time, and by chance between half and all of it. */
export function jittered(attempt: number, longestMs: number): number {
  const most = Math.min(FIRST_MS * 2 ** (attempt - 1), longestMs);
  return most * (0.5 + Math.random() / 2);
}
