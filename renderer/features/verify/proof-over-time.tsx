import { type CoverageBucket, type CoverageGap, type TimeCoverage } from "../../../core/model/coverage.ts";
import { instant } from "../../../core/model/time.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { clock, count, counted, rangeText, shortDate } from "../../ui/format.ts";

/** Bars of the strip; at the usual width each is some six pixels wide. */
const BUCKETS = 160;
/** Times named under the strip, the first and the last included. */
const TICKS = 7;

type State = keyof CoverageBucket;

const STATES: readonly State[] = ["proven", "unproven", "withheld", "altered"];
const WORDS: Readonly<Record<State, string>> = {
  proven: "proven",
  unproven: "not verifiable",
  withheld: "withheld",
  altered: "altered",
};

/** The events of an exhibit over recorded time, by what their proof came to, and the stretches where some are missing. */
export function ProofOverTime({ exhibit }: { readonly exhibit: string }) {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("evidence.coverage", { exhibit, buckets: BUCKETS }, revision);
  const coverage = shown(answer);
  if (coverage && coverage.from !== null && coverage.to !== null) {
    return <Strip coverage={coverage} from={coverage.from} to={coverage.to} />;
  }
  const reason = coverage ? "no event of this evidence has a recorded time" : "reading the recorded times";
  return (
    <>
      <span className="coverage-name">Over time</span>
      <p className="size-12 text-2">{answer.state === "failed" ? answer.failure.message : reason}</p>
    </>
  );
}

interface StripProps {
  readonly coverage: TimeCoverage;
  readonly from: bigint;
  readonly to: bigint;
}

function Strip({ coverage, from, to }: StripProps) {
  const { buckets, gaps, undated } = coverage;
  const totals = buckets.map((bucket) => STATES.reduce((sum, state) => sum + bucket[state], 0));
  const most = Math.max(1, ...totals);
  const span = Number(to - from) + 1;
  const share = (time: bigint) => Math.min(100, Math.max(0, (Number(time - from) / span) * 100));
  return (
    <>
      <span className="coverage-name">Over time</span>
      <div className="proof-strip" role="img" aria-label={summaryOf(buckets, gaps, undated)}>
        {buckets.map((bucket, index) => (
          <span key={index} className="bar" title={titleOf(coverage, from, index, bucket)}>
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
        {gaps.map((gap, index) => {
          const start = share(gap.from ?? from);
          return (
            <i
              key={index}
              className={`gap${gap.altered ? " altered" : ""}`}
              title={gapText(gap)}
              style={{ left: `${start}%`, width: `${Math.max(0.4, share(gap.to ?? to) - start)}%` }}
            />
          );
        })}
      </div>
      <span />
      <div className="coverage-axis">
        {Array.from({ length: TICKS }, (_, tick) => from + ((to - from) * BigInt(tick)) / BigInt(TICKS - 1)).map(
          (time) => (
            <span key={String(time)}>
              {shortDate(instant(time))} {clock(instant(time)).slice(0, 5)}
            </span>
          ),
        )}
      </div>
    </>
  );
}

function titleOf({ bucketNanoseconds }: TimeCoverage, from: bigint, index: number, bucket: CoverageBucket): string {
  const start = from + bucketNanoseconds * BigInt(index);
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
