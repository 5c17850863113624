import type { TrailReport } from "../../src/index.ts";

/** What a visitor of the application could have for a name or an id. */
export const attacks: readonly string[] = [
  "</script><script>window.pwned = true</script>",
  '"><img src=x onerror="window.pwned = true">',
  "'; window.pwned = true; //",
  "</style><style>body { display: none }",
  "<!-- <script>",
  "javascript:window.pwned=true",
  "\u2028\u2029\u202Eevil",
];

const at = (day: number): string => `2026-11-${String(day).padStart(2, "0")}T15:12:00.000000Z`;

/** A month of a clinic, with users who are called as the attacks are. */
export function aReport(change: Partial<TrailReport> = {}): TrailReport {
  const actors = Array.from({ length: 60 }, (_, n) => ({
    actorId: attacks[n] ?? (n === 10 ? null : `user-${n}`),
    roles: [attacks[n] ?? "clinician"],
    accesses: 600 - n,
    subjects: 60 - n,
    denied: n === 20 ? 3 : 0,
    failed: 0,
    breakGlass: n === 30 ? 1 : 0,
    first: at(1),
    last: at(1 + (n % 30)),
  }));
  const subjects = Array.from({ length: 80 }, (_, n) => ({
    subject: attacks[n] ?? `7d2f6b1e-0000-4000-8000-${String(n).padStart(12, "0")}`,
    accesses: 80 - n,
    actors: 1 + (n % 9),
    refused: 0,
    breakGlass: 0,
    disclosures: n === 40 ? 2 : 0,
    first: at(1),
    last: at(1 + (n % 30)),
  }));
  const pairs = subjects.map(({ subject }, n) => ({
    actorId: actors[n % 60]?.actorId ?? null,
    subject,
    at: at(9),
  }));
  return {
    title: `November ${attacks[0]}`,
    between: ["2026-11-01T00:00:00-05:00", "2026-12-01T00:00:00-06:00"],
    timeZone: "America/Chicago",
    generatedAt: at(30),
    database: "db.example.org:5432/clinic as auditor",
    unit: "day",
    figures: {
      breakGlass: 1,
      disclosures: {
        total: 2,
        entries: attacks.slice(0, 2).map((attack, n) => ({
          id: String(90 + n),
          at: at(5),
          actorId: "user-8",
          recipient: `County Health Department ${attack}`,
          what: `Laboratory report ${attack}`,
          purpose: `The law requires it ${attack}`,
          subjects: 3,
        })),
      },
      timeline: Array.from({ length: 30 }, (_, n) => ({
        at: at(n + 1),
        accesses: 100 + n * 7,
        refused: n === 3 ? 3 : 0,
        breakGlass: n === 8 ? 1 : 0,
      })),
      actors: { total: 60, entries: actors },
      subjects: { total: 1480, entries: subjects },
    },
    review: {
      accesses: 12_345,
      denied: 3,
      failed: 0,
      byActorAndHour: actors.flatMap(({ actorId }, n) => [
        { actorId, hour: 9, accesses: 400 - n },
        { actorId, hour: 10 + (n % 12), accesses: 5 },
      ]),
      firstTimePairs: { total: 80, entries: pairs },
      afterHours: [{ actorId: "user-12", accesses: 4, last: at(4) }],
      manySubjects: { total: 0, entries: [] },
      refused: [{ actorId: "user-20", denied: 3, failed: 0 }],
      breakGlass: {
        total: 1,
        entries: [
          { id: "77", actorId: "user-30", subjects: ["ada", ...attacks], outcome: "success", at: at(9) },
        ],
      },
    },
    integrity: {
      intact: true,
      seals: 12,
      records: 12_345,
      dropped: 400,
      lastSealedAt: at(30),
      lastSeal: {
        number: 11,
        encoding: 1,
        fromTransaction: "100",
        toTransaction: "200",
        records: 5,
        firstId: "1",
        lastId: "5",
        root: "ab".repeat(32),
        previous: "cd".repeat(32),
        sealedAt: at(30),
        key: "seal-2026",
        nextKey: null,
      },
      findings: [{ kind: "unsealed", severity: "information", message: "4 records are not sealed yet." }],
    },
    unaccounted: 0,
    ...change,
  };
}
