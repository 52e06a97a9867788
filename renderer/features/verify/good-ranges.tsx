import { type CopiesResult, type GoodRange } from "../../../core/model/verdict.ts";
import { count, counted } from "../../ui/format.ts";

/** Ranges drawn one by one; the saved report has all of them. */
const SHOWN_RANGES = 200;

interface GoodRangesProps {
  readonly result: CopiesResult;
  readonly labels: readonly string[];
}

/** Which copy holds which records as they were logged: a bar for each copy, and the ranges in words. */
export function GoodRanges({ result, labels }: GoodRangesProps) {
  const { good, copies } = result;
  const size = Math.max(0, ...copies.map(({ log }) => log?.treeSize ?? 0));
  const proven = good.reduce((sum, { from, to }) => sum + to - from, 0);
  return (
    <section className="panel" aria-label="Which copy is good">
      <div className="panel-head">
        <h2>Which copy is good</h2>
        <span className="aside">
          {good.length === 0
            ? "no copy is proven to hold records as they were logged"
            : `${count(proven)} of ${counted(size, "record")} proven from one copy or another`}
        </span>
      </div>
      {good.length > 0 && (
        <div className="good-ranges">
          <div className="coverage-body">
            {copies.map((_, copy) => (
              <CopyBar key={copy} copy={copy} label={labels[copy] ?? ""} good={good} size={size} />
            ))}
            <span />
            <div className="coverage-axis">
              <span>record 0</span>
              <span>the first copy that is proven to hold a record is named</span>
              <span>record {count(size - 1)}</span>
            </div>
          </div>
          <ol className="scroll" tabIndex={0} aria-label="Ranges">
            {good.slice(0, SHOWN_RANGES).map(({ from, to, copy }) => (
              <li key={from}>
                <span className="number">
                  Events {count(from)} to {count(to - 1)}
                </span>{" "}
                <span className="text-2">
                  copy {copy + 1}, {labels[copy]}
                </span>
              </li>
            ))}
            {good.length > SHOWN_RANGES && (
              <li className="text-2">and {counted(good.length - SHOWN_RANGES, "more range")}</li>
            )}
          </ol>
        </div>
      )}
    </section>
  );
}

interface CopyBarProps {
  readonly copy: number;
  readonly label: string;
  readonly good: readonly GoodRange[];
  readonly size: number;
}

function CopyBar({ copy, label, good, size }: CopyBarProps) {
  const own = good.filter((range) => range.copy === copy);
  const records = own.reduce((sum, { from, to }) => sum + to - from, 0);
  return (
    <>
      <span className="coverage-name ellipsis" title={label}>
        Copy {copy + 1}
      </span>
      <div
        className="coverage-chain"
        role="img"
        aria-label={`Copy ${copy + 1} is named for ${counted(records, "record")} in ${counted(own.length, "range")}`}
      >
        {own.map(({ from, to }) => (
          <i
            key={from}
            className="cell verified"
            title={`events ${count(from)} to ${count(to - 1)}`}
            style={{ left: `${(from / size) * 100}%`, width: `${Math.max(0.2, ((to - from) / size) * 100)}%` }}
          />
        ))}
      </div>
    </>
  );
}
