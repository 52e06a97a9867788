import { type BenchResult } from "./measure.ts";

const WIDTH = 640;
const HEIGHT = 360;
const MARGIN = 56;
/** Of the scale, from 0. */
const STEPS = 4;
const LINES = [
  { name: "verified import", colour: "#1f6f8b" },
  { name: "one-statement CTAS", colour: "#8a6d3b" },
  { name: "verify, 2 workers", colour: "#5b7f3a" },
] as const;

/** An SVG of processor time by number of events: straight lines from the origin are linear growth. */
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
    const places = results.map((result) => [x(result.events).toFixed(1), y(seconds(result, name)).toFixed(1)] as const);
    const path = [`${x(0)},${y(0)}`, ...places.map(([across, down]) => `${across},${down}`)].join(" ");
    const dots = places.map(([across, down]) => `<circle cx="${across}" cy="${down}" r="3" fill="${colour}"/>`);
    const label = `<text x="${MARGIN + 8}" y="${MARGIN + 18 * index}" fill="${colour}">${name}</text>`;
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${path}"/>${dots.join("")}${label}`;
  });
  const ticks = results.map(({ events }) => {
    return `<text x="${x(events).toFixed(1)}" y="${HEIGHT - MARGIN + 18}" text-anchor="middle">${events / 1e6} M</text>`;
  });
  const scale = Array.from({ length: STEPS + 1 }, (_, step) => {
    const value = (most * step) / STEPS;
    const text = `<text x="${MARGIN - 6}" y="${y(value) + 4}" text-anchor="end">${(value / 1000).toFixed(0)} s</text>`;
    return `<path d="M${MARGIN} ${y(value)}H${WIDTH - MARGIN}" stroke="#ddd"/>${text}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${MARGIN}" y="${MARGIN - 24}">processor time by number of events</text>
${[...scale, ...ticks, ...lines].join("\n")}
</svg>
`;
}
