import { type CoverageBucket, type CoverageGap, type TimeCoverage } from "../../../core/model/coverage.ts";
import { instant } from "../../../core/model/time.ts";
import { type Loadable, shown } from "../../state/use-ask.ts";
import { count, counted, rangeText } from "../../ui/format.ts";
import { TimeAxis } from "./time-axis.tsx";
import { placeIn, type TimeScale } from "./time-scale.ts";

type State = keyof CoverageBucket;

const STATES: readonly State[] = ["proven", "unproven", "withheld", "altered"];
const WORDS: Readonly<Record<State, string>> = {
  proven: "proven",
  unproven: "not verifiable",
  withheld: "withheld",
  altered: "altered",
};

interface ProofOverTimeProps {
  readonly answer: Loadable<TimeCoverage>;
  /** What else is drawn beside it, in the same scale and with its own axis; otherwise the events make the scale. */
  readonly scale?: TimeScale;
}

/** The events of an exhibit over recorded time, by what their proof came to, and the stretches where some are missing. */
export function ProofOverTime({ answer, scale }: ProofOverTimeProps) {
  const coverage = shown(answer);
  const range = coverage && rangeOf(coverage);
  if (coverage && range) {
    return (
      <>
        <Strip coverage={coverage} range={range} scale={scale ?? range} />
        {scale === undefined && (
          <>
            <span />
            <TimeAxis scale={range} />
          </>
        )}
      </>
    );
  }
  const reason = coverage ? "no event of this evidence has a recorded time" : "reading the recorded times";
  return (
    <>
      <span className="coverage-name">Over time</span>
      <p className="size-12 text-2">{answer.state === "failed" ? answer.failure.message : reason}</p>
    </>
  );
}

/** From the first to the last event; null when none is dated. */
export function rangeOf({ from, to }: TimeCoverage): TimeScale | null {
  return from === null || to === null ? null : { first: millisecondsOf(from), last: millisecondsOf(to) };
}

const millisecondsOf = (nanoseconds: bigint): number => Number(nanoseconds / 1_000_000n);

interface StripProps {
  readonly coverage: TimeCoverage;
  readonly range: TimeScale;
  readonly scale: TimeScale;
}

function Strip({ coverage, range, scale }: StripProps) {
  const { buckets, gaps, undated } = coverage;
  const totals = buckets.map((bucket) => STATES.reduce((sum, state) => sum + bucket[state], 0));
  const most = Math.max(1, ...totals);
  const { left, width } = placeIn(scale, range.first, range.last);
  const within = (time: bigint | null, end: number) =>
    time === null ? end : Math.min(range.last, Math.max(range.first, millisecondsOf(time)));
  return (
    <>
      <span className="coverage-name">Over time</span>
      <div
        className="proof-strip"
        role="img"
        aria-label={summaryOf(buckets, gaps, undated)}
        style={{ marginLeft: left, width }}
      >
        {buckets.map((bucket, index) => (
          <span key={index} className="bar" title={titleOf(coverage, index, bucket)}>
            {STATES.map(
              (state) =>
                bucket[state] > 0 && (
                  <i
                    key={state}
                    className={`part ${state}`}
                    style={{ height: `${Math.max(state === "proven" ? 0 : 12, (bucket[state] / most) * 100)}%` }}
                  />
                ),
            )}
          </span>
        ))}
        {gaps.map((gap, index) => (
          <i
            key={index}
            className={`gap${gap.altered ? " altered" : ""}`}
            title={gapText(gap)}
            style={placeIn(range, within(gap.from, range.first), within(gap.to, range.last))}
          />
        ))}
      </div>
    </>
  );
}

function titleOf({ from, bucketNanoseconds }: TimeCoverage, index: number, bucket: CoverageBucket): string {
  const start = (from ?? 0n) + bucketNanoseconds * BigInt(index);
  const range = rangeText(instant(start), instant(start + bucketNanoseconds));
  const counts = STATES.filter((state) => bucket[state] > 0).map((state) => `${count(bucket[state])} ${WORDS[state]}`);
  return `${range}: ${counts.length > 0 ? counts.join(", ") : "no events"}`;
}

function gapText({ from, to, missing, message }: CoverageGap): string {
  const range = from !== null && to !== null ? `${rangeText(instant(from), instant(to))}: ` : "";
  return `${range}${missing > 0 ? `${counted(missing, "record")} missing. ` : ""}${message}`;
}

function summaryOf(buckets: readonly CoverageBucket[], gaps: readonly CoverageGap[], undated: number): string {
  const totals = STATES.map((state) => [state, buckets.reduce((sum, bucket) => sum + bucket[state], 0)] as const);
  const counts = totals.filter(([, total]) => total > 0).map(([state, total]) => `${count(total)} ${WORDS[state]}`);
  const parts = [...counts, counted(gaps.length, "gap"), ...(undated > 0 ? [`${count(undated)} undated`] : [])];
  return `Events over time: ${parts.join(", ")}`;
}
