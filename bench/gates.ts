import { type BenchResult, type Measurement } from "./measure.ts";
import { type Taken } from "./queries.ts";

/** What is asked of a measured figure. */
export interface Gate {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** At most this. */
  readonly gate: number;
  readonly goal: number | null;
}

const GIGABYTE = 1e9;

/** The figures that are judged. Those of memory and of questions are asked for at ten million events. */
export function gatesOf(result: BenchResult): readonly Gate[] {
  const ratio = (name: string, base: string): number => medianOf(result, name) / medianOf(result, base);
  const times = (what: string, value: number, gate: number, goal: number | null): Gate => {
    return { what, value, unit: "×", gate, goal };
  };
  return [
    times("verified import / CTAS", ratio("verified import", "one-statement CTAS"), 2.2, 1.5),
    times("verify, 1 worker / sha256sum", ratio("verify, 1 worker", "sha256sum"), 0.8, null),
    times("verify, 1 worker / openssl", ratio("verify, 1 worker", "openssl dgst -sha256"), 3, null),
    times("verify, 2 workers / openssl", ratio("verify, 2 workers", "openssl dgst -sha256"), 1.6, 1.2),
    times("case on disk / raw", result.caseBytes / result.bytes, 0.15, 0.08),
    { what: "peak memory of the import", value: result.importPeakBytes / GIGABYTE, unit: "GB", gate: 1.5, goal: 1 },
    ...result.taken.flatMap((taken) => gateOf(taken)),
  ];
}

function gateOf({ name, gate, goal, runs }: Taken): readonly Gate[] {
  return gate === null ? [] : [{ what: `${name}, p95`, value: atShare(runs, 0.95), unit: "ms", gate, goal }];
}

/** The run that so many of all runs are not slower than. */
export function atShare(runs: readonly number[], share: number): number {
  return [...runs].sort((left, right) => left - right)[Math.ceil(share * runs.length) - 1] ?? 0;
}

/** Milliseconds of the middle run. */
function medianOf({ measurements }: BenchResult, name: string): number {
  const found: Measurement | undefined = measurements.find((item) => item.name === name);
  return atShare(found?.runs ?? [], 0.5);
}
