import { type BenchResult } from "./measure.ts";

const WIDTH = 640;
const HEIGHT = 360;
const MARGIN = 56;
const LINES = [
  { name: "verified import", colour: "#1f6f8b" },
  { name: "one-statement CTAS", colour: "#8a6d3b" },
  { name: "verify, 2 workers", colour: "#5b7f3a" },
] as const;

/** An SVG of processor seconds by number of events: straight lines are linear growth. */
export function growthPlot(results: readonly BenchResult[]): string {
  const seconds = (result: BenchResult, name: string): number => {
    const cpu = result.measurements.find((item) => item.name === name)?.cpu ?? [];
    return [...cpu].sort((a, b) => a - b)[Math.floor(cpu.length / 2)] ?? 0;
  };
  const most = Math.max(...results.flatMap((result) => LINES.map(({ name }) => seconds(result, name))));
  const last = Math.max(...results.map(({ events }) => events));
  const x = (events: number): number => MARGIN + ((WIDTH - 2 * MARGIN) * events) / last;
  const y = (value: number): number => HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * value) / most;
  const lines = LINES.map(({ name, colour }, index) => {
    const points = results.map((result) => `${x(result.events).toFixed(1)},${y(seconds(result, name)).toFixed(1)}`);
    const label = `<text x="${MARGIN + 8}" y="${MARGIN + 18 * index}" fill="${colour}">${name}</text>`;
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(" ")}"/>${label}`;
  });
  const ticks = results.map(({ events }) => {
    return `<text x="${x(events).toFixed(1)}" y="${HEIGHT - MARGIN + 18}" text-anchor="middle">${events / 1e6} M</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<path d="M${MARGIN} ${MARGIN}V${HEIGHT - MARGIN}H${WIDTH - MARGIN}" fill="none" stroke="#666"/>
<text x="${MARGIN}" y="${MARGIN - 12}">processor seconds, at most ${(most / 1000).toFixed(1)}</text>
${[...ticks, ...lines].join("\n")}
</svg>
`;
}
