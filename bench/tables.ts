import { atShare, type Gate } from "./gates.ts";
import { type BenchResult } from "./measure.ts";
import { type Taken } from "./queries.ts";

/** What reads all events: milliseconds, and processor time. */
export function measurementTable({ measurements }: BenchResult): string {
  const rows = measurements.map(({ name, runs, cpu }) => {
    const cells = [atShare(runs, 0.5), Math.min(...runs), Math.max(...runs), atShare(cpu, 0.5)];
    return line(name, [...cells.map((ms) => `${ms.toFixed(0)} ms`), String(runs.length)]);
  });
  return [line("", ["median", "least", "most", "processor", "n"]), ...rows].join("\n");
}

/** What a timeline asks: milliseconds. */
export function questionTable(taken: readonly Taken[]): string {
  const rows = taken.map(({ name, gate, runs }) => {
    const cells = [0.5, 0.95, 1].map((share) => atShare(runs, share).toFixed(0));
    return line(name, [...cells, gate === null ? "" : String(gate), String(runs.length)]);
  });
  return [line("", ["median", "p95", "most", "gate", "n"]), ...rows].join("\n");
}

export function gateTable(gates: readonly Gate[]): string {
  const rows = gates.map(({ what, value, unit, gate, goal }) => {
    const digits = unit === "ms" ? 0 : 2;
    const verdict = value > gate ? "MISSED" : goal !== null && value <= goal ? "met, and the goal" : "met";
    const cells = [`${value.toFixed(digits)} ${unit}`, String(gate), goal === null ? "" : String(goal)];
    return `${line(what, [...cells, ""]).padEnd(GATE_WIDTH)}${verdict}`;
  });
  return [line("", ["measured", "gate", "goal", ""]), ...rows].join("\n");
}

/** Of a name and three cells, and a space or two. */
const GATE_WIDTH = 79;

function line(name: string, cells: readonly string[]): string {
  return `${name.padEnd(44)}${cells.map((cell) => cell.padStart(11)).join("")}`.trimEnd();
}
