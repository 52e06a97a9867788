import { rangesOfPlace } from "../../../core/model/record-ranges.ts";
import { type VerificationFinding, type VerifyResult } from "../../../core/model/verdict.ts";
import { count, counted } from "../../ui/format.ts";

/** Ranges drawn one by one; the rest are in the list of findings. */
const SHOWN_RANGES = 200;

type RangeState = "altered" | "missing" | "absent" | "withheld";

/** What findings say about ranges of records; other findings have no length. */
const STATES: ReadonlyMap<string, RangeState> = new Map([
  ["head-missing", "missing"],
  ["records-missing", "missing"],
  ["tail-missing", "missing"],
  ["records-absent", "absent"],
  ["removed-too-early", "absent"],
  ["absent-range-wrong", "altered"],
  ["records-withheld", "withheld"],
  ["withheld-unlisted", "withheld"],
  ["record-altered", "altered"],
  ["content-altered", "altered"],
  ["file-rewritten", "altered"],
]);

const WORDS: Readonly<Record<RangeState, string>> = {
  altered: "altered",
  missing: "missing",
  absent: "absent by a stated rule",
  withheld: "withheld",
};

/** What ranges of a log's records came to, besides proven. */
export function rangeStates({ findings }: VerifyResult): ReadonlySet<RangeState> {
  return new Set(rangesOf(findings).map(({ state }) => state));
}

interface LeafRange {
  readonly from: number;
  readonly to: number;
  readonly state: RangeState;
}

function rangesOf(findings: readonly VerificationFinding[]): readonly LeafRange[] {
  return findings.flatMap(({ code, where }) => {
    const state = STATES.get(code);
    if (state === undefined) return [];
    return rangesOfPlace(where).map(({ index, endIndex }) => ({ from: index, to: endIndex, state }));
  });
}

/** The records of a log from the first to the last signed one: what is proven, and which ranges are not there or not proven. */
export function LeafRanges({ result }: { readonly result: VerifyResult }) {
  const size = result.log?.treeSize ?? 0;
  if (size === 0) return null;
  const ranges = rangesOf(result.findings).slice(0, SHOWN_RANGES);
  const share = (records: number): string => `${Math.max(0.2, (records / size) * 100)}%`;
  const { proven } = result.window;
  // As the segments above: what no finding names is as the log signed it, if any key speaks for the log.
  const isProven = result.verdict !== "not-verifiable" && result.verdict !== "refused";
  return (
    <>
      <span className="coverage-name">{counted(size, "record")}</span>
      <div className="coverage-chain" role="img" aria-label={summaryOf(ranges, isProven)}>
        <i
          className={`cell ${isProven ? "verified" : "none"}`}
          style={{ left: 0, width: "100%" }}
          title={isProven ? "proven" : "not proven"}
        />
        {ranges.map(({ from, to, state }) => (
          <i
            key={`${from}-${state}`}
            className={`cell ${state}`}
            style={{ left: `${(from / size) * 100}%`, width: share(to - from + 1) }}
            title={`records ${count(from)} to ${count(to)}: ${WORDS[state]}`}
          />
        ))}
      </div>
      <span />
      <div className="coverage-axis">
        <span>{proven?.from ?? "record 0"}</span>
        <span>{describe(ranges)}</span>
        <span>{proven?.to ?? `record ${count(size - 1)}`}</span>
      </div>
    </>
  );
}

function describe(ranges: readonly LeafRange[]): string {
  const states = [...new Set(ranges.map(({ state }) => state))];
  if (states.length === 0) return "no record is missing, absent or withheld";
  return states
    .map((state) => `${counted(ranges.filter((range) => range.state === state).length, "range")} ${WORDS[state]}`)
    .join(", ");
}

function summaryOf(ranges: readonly LeafRange[], isProven: boolean): string {
  return `Records: ${isProven ? "the rest proven" : "not proven"}, ${describe(ranges)}`;
}
