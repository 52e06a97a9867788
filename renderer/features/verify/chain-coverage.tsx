import { type ChainGap, type DigestChain, type VerifyResult } from "../../../core/model/verdict.ts";
import { type TimeCoverage } from "../../../core/model/coverage.ts";
import { type Loadable, shown } from "../../state/use-ask.ts";
import { count, counted } from "../../ui/format.ts";
import { ProofOverTime, rangeOf } from "./proof-over-time.tsx";
import { TimeAxis } from "./time-axis.tsx";
import { placeIn, scaleOver, type TimeScale } from "./time-scale.ts";

/** Chains and gaps drawn one by one; the saved report has all of them. */
const SHOWN_CHAINS = 12;
const SHOWN_GAPS = 20;

interface ChainCoverageProps {
  readonly chains: readonly DigestChain[];
  readonly asked: VerifyResult["window"]["asked"];
  /** The events of the exhibit, which are drawn above in the same scale; evidence outside a case has none to draw. */
  readonly events: Loadable<TimeCoverage> | null;
}

/** CloudTrail digests over time: a bar for each chain, proven where a pinned key says so, hatched where nothing covers it. */
export function ChainCoverage({ chains, asked, events }: ChainCoverageProps) {
  const coverage = events ? shown(events) : undefined;
  const range = coverage && rangeOf(coverage);
  const scale = scaleOver([
    ...chains.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)]),
    ...[asked?.from, asked?.to].map((time) => Date.parse(time ?? "")),
    ...(range ? [range.first, range.last] : []),
  ]);
  const names = namesOf(chains);
  return (
    <>
      {events && <ProofOverTime answer={events} scale={scale} />}
      {chains.slice(0, SHOWN_CHAINS).map((chain, index) => (
        <ChainBar key={`${chain.id} ${chain.from}`} chain={chain} name={names[index] ?? chain.id} scale={scale} />
      ))}
      {asked && (
        <>
          <span className="coverage-name">Asked for</span>
          <div
            className="coverage-chain asked"
            role="img"
            aria-label={`asked for ${asked.from ?? "the start"} to ${asked.to ?? "the end"}`}
          >
            <i className="cell" style={placeIn(scale, Date.parse(asked.from ?? ""), Date.parse(asked.to ?? ""))} />
          </div>
        </>
      )}
      <span className="coverage-name">
        {chains.length > SHOWN_CHAINS && `and ${counted(chains.length - SHOWN_CHAINS, "more chain")}`}
      </span>
      <TimeAxis scale={scale} />
      <Gaps chains={chains} />
    </>
  );
}

/** What tells the chains apart: the parts of their ids that are not the same in all; the region of one alone. */
function namesOf(chains: readonly DigestChain[]): readonly string[] {
  const parts = chains.map(({ id }) => id.split("/"));
  const differing = parts.map((own) => own.filter((part) => parts.some((other) => !other.includes(part))));
  return differing.map((own, index) => (own.length > 0 ? own.join(" ") : (parts[index]?.at(-2) ?? "")));
}

interface ChainBarProps {
  readonly chain: DigestChain;
  readonly name: string;
  readonly scale: TimeScale;
}

function ChainBar({ chain, name, scale }: ChainBarProps) {
  const place = (stretch: { readonly from: string; readonly to: string }) =>
    placeIn(scale, Date.parse(stretch.from), Date.parse(stretch.to));
  const { id, from, to, digests, gaps, proven, altered = [] } = chain;
  const alteredText = altered.length === 0 ? "" : `, ${counted(altered.length, "time")} with altered log files`;
  const provenText = proven ? `proven ${proven.from} to ${proven.to}` : "nothing proven under a pinned key";
  return (
    <>
      <span className="coverage-name ellipsis" title={`${id}: ${counted(digests, "digest")}`}>
        {name}
      </span>
      <div
        className="coverage-chain"
        role="img"
        aria-label={`${id}, ${from} to ${to}: ${provenText}, ${counted(gaps.length, "gap")}${alteredText}`}
      >
        <i className="cell none" title={`${from} to ${to}`} style={place(chain)} />
        {proven && <i className="cell verified" title={provenText} style={place(proven)} />}
        {altered.map((time) => (
          <i
            key={time.from}
            className="cell altered"
            title={`${time.from} to ${time.to}: log files are changed or missing`}
            style={place(time)}
          />
        ))}
        {gaps.map((gap) => (
          <i key={gap.from} className="cell gap" title={gapText(gap)} style={place(gap)} />
        ))}
      </div>
    </>
  );
}

/** Every gap in words, with what was done to the trail around it. */
function Gaps({ chains }: { readonly chains: readonly DigestChain[] }) {
  const gaps = chains.flatMap(({ gaps: own }) => own);
  if (gaps.length === 0) return null;
  return (
    <>
      <span className="coverage-name">{counted(gaps.length, "gap")}</span>
      <ul className="coverage-gaps scroll size-12" tabIndex={0} aria-label="Gaps">
        {gaps.slice(0, SHOWN_GAPS).map((gap, index) => (
          <li key={index}>
            {gapText(gap)}
            {gap.events?.map(({ time, name, principal, file, index: record }) => (
              <div key={`${file} ${record}`} className="text-2">
                {name} by {principal}, recorded time {time}, {file}, record {count(record)}
              </div>
            ))}
          </li>
        ))}
        {gaps.length > SHOWN_GAPS && <li className="text-2">and {counted(gaps.length - SHOWN_GAPS, "more gap")}</li>}
      </ul>
    </>
  );
}

function gapText({ from, to, reason }: ChainGap): string {
  return `${from} to ${to}: ${reason ?? "no digest covers it"}`;
}
