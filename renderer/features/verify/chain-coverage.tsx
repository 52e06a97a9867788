import { type ChainGap, type DigestChain, type VerifyResult } from "../../../core/model/verdict.ts";
import { count, counted, moment } from "../../ui/format.ts";

/** Chains and gaps drawn one by one; the saved report has all of them. */
const SHOWN_CHAINS = 12;
const SHOWN_GAPS = 20;

interface ChainCoverageProps {
  readonly chains: readonly DigestChain[];
  readonly asked: VerifyResult["window"]["asked"];
}

/** CloudTrail digests over time: a bar for each chain, proven where a pinned key says so, hatched where nothing covers it. */
export function ChainCoverage({ chains, asked }: ChainCoverageProps) {
  const scale = scaleOf([
    ...chains.flatMap(({ from, to }) => [from, to]),
    ...[asked?.from, asked?.to].filter((time) => typeof time === "string"),
  ]);
  return (
    <>
      {chains.slice(0, SHOWN_CHAINS).map((chain) => (
        <ChainBar key={`${chain.id} ${chain.from}`} chain={chain} scale={scale} />
      ))}
      {asked && (
        <>
          <span className="coverage-name">Asked for</span>
          <div
            className="coverage-chain asked"
            role="img"
            aria-label={`asked for ${asked.from ?? "the start"} to ${asked.to ?? "the end"}`}
          >
            <i className="cell" style={scale.place(asked.from, asked.to)} />
          </div>
        </>
      )}
      <span />
      <div className="coverage-axis">
        <span>{moment(scale.first)}</span>
        {chains.length > SHOWN_CHAINS && <span>and {counted(chains.length - SHOWN_CHAINS, "more chain")}</span>}
        <span>{moment(scale.last)}</span>
      </div>
      <Gaps chains={chains} />
    </>
  );
}

interface Scale {
  readonly first: string;
  readonly last: string;
  /** Where a stretch lies, as CSS; null is the end of the scale. */
  readonly place: (from: string | null, to: string | null) => { readonly left: string; readonly width: string };
}

function scaleOf(times: readonly string[]): Scale {
  const moments = times.map((time) => Date.parse(time)).filter(Number.isFinite);
  const first = Math.min(...moments);
  const last = Math.max(...moments);
  const share = (time: string | null, end: number) => {
    const parsed = time === null ? NaN : Date.parse(time);
    return (((Number.isFinite(parsed) ? parsed : end) - first) / Math.max(1, last - first)) * 100;
  };
  return {
    first: new Date(first).toISOString(),
    last: new Date(last).toISOString(),
    place: (from, to) => {
      const left = share(from, first);
      return { left: `${left}%`, width: `${Math.max(0.3, share(to, last) - left)}%` };
    },
  };
}

function ChainBar({ chain, scale }: { readonly chain: DigestChain; readonly scale: Scale }) {
  const { id, from, to, digests, gaps, proven } = chain;
  const provenText = proven ? `proven ${proven.from} to ${proven.to}` : "nothing proven under a pinned key";
  return (
    <>
      <span className="coverage-name ellipsis" title={`${id}: ${counted(digests, "digest")}`}>
        {id}
      </span>
      <div
        className="coverage-chain"
        role="img"
        aria-label={`${id}, ${from} to ${to}: ${provenText}, ${counted(gaps.length, "gap")}`}
      >
        <i className="cell none" title={`${from} to ${to}`} style={scale.place(from, to)} />
        {proven && <i className="cell verified" title={provenText} style={scale.place(proven.from, proven.to)} />}
        {gaps.map((gap) => (
          <i key={gap.from} className="cell gap" title={gapText(gap)} style={scale.place(gap.from, gap.to)} />
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
