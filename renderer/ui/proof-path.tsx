import { type ProofStep, type ProofView } from "../../core/model/proof-view.ts";
import { Compare, DigestChip } from "./digest.tsx";
import { count, counted } from "./format.ts";
import { VerdictIcon } from "./verdict-badge.tsx";

/** The path from record bytes to signature, one line per step; it stops at the first that fails. */
export function ProofPath({ proof }: { readonly proof: ProofView }) {
  const ladderAt = proof.steps.findIndex((step) => /path|inclusion|root/i.test(step.name));
  return (
    <ol className="proof-path">
      {proof.steps.map((step, index) => (
        <li key={step.name}>
          <VerdictIcon verdict={step.verdict} />
          <div>
            <Step step={step} />
            {index === ladderAt && proof.path.length > 0 && <Ladder path={proof.path} />}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Step({ step }: { readonly step: ProofStep }) {
  return (
    <>
      <div className="step-head">
        <b>{step.name}</b>
        {step.digest !== undefined && <DigestChip digest={step.digest} differs={step.verdict === "failed"} />}
        {step.digest === undefined && step.verdict === "not-attempted" && <span className="text-2">not attempted</span>}
      </div>
      <div className="text-2">{step.summary}</div>
      {(step.expected !== undefined || step.found !== undefined) && (
        <Compare expected={step.expected} found={step.found} />
      )}
    </>
  );
}

const BOX = 11;
const STEP = 14;

/** Each sibling digest on the way to the root: above the line when it joins on the right, below when on the left. */
function Ladder({ path }: { readonly path: ProofView["path"] }) {
  const width = Math.max(24, path.length) * STEP;
  const left = path.filter((sibling) => sibling.side === "left").length;
  return (
    <>
      <svg
        className="proof-ladder tone-ok"
        viewBox={`0 0 ${width} 30`}
        role="img"
        aria-label={`${counted(path.length, "sibling digest")} from leaf to root, ${count(left)} on the left`}
      >
        <line x1={0} x2={width} y1={15} y2={15} />
        {path.map((sibling, level) => (
          <rect
            key={`${level}-${sibling.hash}`}
            x={level * STEP + 1.5}
            y={sibling.side === "right" ? 1.5 : 17.5}
            width={BOX}
            height={BOX}
          >
            <title>{sibling.hash}</title>
          </rect>
        ))}
      </svg>
      <div className="ladder-caption">
        <span>leaf</span>
        <span>siblings: above right, below left</span>
        <span>root</span>
      </div>
    </>
  );
}
