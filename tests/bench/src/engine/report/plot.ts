import type { DataFile } from "./data-file.ts";

/** The arms of the plot, with their colours: told apart by people who see colours otherwise too (Okabe and Ito, 2008). */
const SHOWN = [
  { arm: "offramp", name: "Offramp", colour: "#0072B2" },
  { arm: "pg", name: "pg by hand", colour: "#999999" },
  { arm: "drizzle", name: "Drizzle", colour: "#E69F00" },
  { arm: "supabase-js", name: "supabase-js and PostgREST", colour: "#009E73" },
] as const;

const LEFT = 150;
const WIDTH = 800;
const BAR = 9;
const GAP = 10;
const TOP = 64;
/** The scale ends no lower, and at a quarter beyond what was measured. */
const HIGHEST = 1.25;

/** Throughput as a share of hand-written SQL on postgres.js: a group of bars for each workload, as an SVG document. */
export function plot({ measured }: Pick<DataFile, "measured">, callers: number): string {
  const lines = measured.filter((line) => line.callers === callers);
  const shown = SHOWN.filter(({ arm }) => lines.some((line) => line.arm === arm));
  const workloads = [...new Set(lines.map(({ workload }) => workload))];
  const group = shown.length * BAR + GAP;
  const bottom = TOP + workloads.length * group;
  const ratios = lines
    .filter((line) => shown.some(({ arm }) => arm === line.arm))
    .map(({ ratio }) => ratio?.middle ?? 0);
  const quarters = Math.ceil(Math.max(HIGHEST, ...ratios) * 4);
  const x = (ratio: number): number => LEFT + (ratio / (quarters / 4)) * (WIDTH - LEFT - 50);
  const parts = [
    `<text x="12" y="22" font-size="15" font-weight="600">Throughput as a share of hand-written SQL on postgres.js, ${callers} callers</text>`,
    ...legend(shown),
    ...Array.from({ length: quarters + 1 }, (_, quarter) => quarter / 4).map(
      (ratio) =>
        `<line x1="${at(x(ratio))}" x2="${at(x(ratio))}" y1="${TOP - 4}" y2="${bottom}" stroke="${ratio === 1 ? "#222" : "#ddd"}"/>` +
        `<text x="${at(x(ratio))}" y="${bottom + 16}" text-anchor="middle" fill="#444">${ratio}</text>`,
    ),
  ];
  workloads.forEach((workload, index) => {
    const y = TOP + index * group;
    parts.push(
      `<text x="${LEFT - 8}" y="${at(y + (shown.length * BAR) / 2 + 4)}" text-anchor="end">${escaped(workload)}</text>`,
    );
    shown.forEach(({ arm, colour }, place) => {
      const ratio = lines.find((line) => line.workload === workload && line.arm === arm)?.ratio?.middle;
      if (ratio === undefined) return;
      const top = y + place * BAR;
      parts.push(
        `<rect x="${LEFT}" y="${top}" width="${at(x(ratio) - LEFT)}" height="${BAR - 1}" fill="${colour}"/>`,
        `<text x="${at(x(ratio) + 4)}" y="${top + BAR - 1}" font-size="9" fill="#444">${ratio.toFixed(2)}</text>`,
      );
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 28}" font-family="system-ui, sans-serif" font-size="12" fill="#111" role="img">
<title>Throughput as a share of hand-written SQL, by workload</title>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}

function legend(shown: readonly (typeof SHOWN)[number][]): readonly string[] {
  let x = LEFT;
  return shown.map(({ name, colour }) => {
    const entry = `<rect x="${x}" y="36" width="10" height="10" fill="${colour}"/><text x="${x + 15}" y="45">${escaped(name)}</text>`;
    x += 40 + name.length * 7;
    return entry;
  });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** A tenth of a pixel is enough, and keeps the file the same from run to run where nothing changed. */
function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}
