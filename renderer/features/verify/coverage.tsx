import { type VerificationFinding, type VerifyResult } from "../../../core/model/verdict.ts";
import { count, counted } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { LeafRanges } from "./leaf-ranges.tsx";
import { type Subject } from "./subject.ts";

/** Segments drawn one by one; beyond, several share a cell. */
const CELL_LIMIT = 240;
/** Labels that fit above the strip. */
const FLAG_LIMIT = 2;

type CellState = "verified" | "limits" | "altered" | "none";

/** What the proofs cover, piece by piece, and where they fail. */
export function Coverage({ subject }: { readonly subject: Subject }) {
  const { result } = subject;
  return (
    <section className="panel coverage" aria-label="Coverage">
      <div className="panel-head">
        <h2 className="ellipsis">Coverage of {subject.label}</h2>
        <span className="aside">{rangeOf(result)}</span>
        <span className="end size-12">
          <Legend result={result} />
        </span>
      </div>
      {result.chains.length > 0 ? <Chains result={result} /> : <Segments result={result} />}
    </section>
  );
}

function rangeOf(result: VerifyResult): string {
  if (result.log) return `signed range 0 to ${count(result.log.treeSize - 1)}`;
  const { proven } = result.window;
  if (proven?.from && proven.to) return `proven from ${proven.from} to ${proven.to}`;
  return "no signed range";
}

function Legend({ result }: { readonly result: VerifyResult }) {
  if (result.proof === "none") return <span className="text-2">No proof came with this evidence</span>;
  const broken = result.findings.some((finding) => stateOf(finding) === "altered");
  return (
    <>
      {result.verdict !== "not-verifiable" && (
        <span className="legend">
          <i className="cell verified" />
          <VerdictBadge bare verdict="verified" />
        </span>
      )}
      {broken && (
        <span className="legend">
          <i className="cell altered" />
          <VerdictBadge bare verdict="altered" />
        </span>
      )}
      {result.log && <span className="text-2">Nothing is known after record {count(result.log.treeSize - 1)}</span>}
    </>
  );
}

function stateOf(finding: VerificationFinding): CellState {
  switch (finding.verdict) {
    case "altered":
    case "conflict":
    case "refused":
      return "altered";
    case "verified-with-limits":
      return "limits";
    case "verified":
    case "not-verifiable":
      return "none";
  }
}

function Segments({ result }: { readonly result: VerifyResult }) {
  const total = result.counts.segments;
  if (total === 0) {
    return (
      <p className="coverage-none text-2 size-12">
        {counted(result.counts.records, "record")}; no files and no digests to lay them against.
      </p>
    );
  }
  const piece = pieceOf(result);
  const base: CellState = result.verdict === "not-verifiable" ? "none" : "verified";
  const located = result.findings.filter(
    (finding) => finding.where.segment !== undefined && stateOf(finding) !== "none",
  );
  const perCell = Math.ceil(total / CELL_LIMIT);
  const cells = Array.from({ length: Math.ceil(total / perCell) }, (_, cell) =>
    located
      .filter(({ where }) => where.segment !== undefined && Math.floor(where.segment / perCell) === cell)
      .map(stateOf)
      .reduce<CellState>((worst, state) => (worst === "altered" ? worst : state), base),
  );
  const flags = located.filter((finding) => stateOf(finding) === "altered");
  return (
    <div className="coverage-body">
      <span className="coverage-name">Records</span>
      <div className="coverage-flags">
        {flags.slice(0, FLAG_LIMIT).map((finding, index) => (
          <Flag
            key={`${finding.code}-${index}`}
            finding={finding}
            position={placeOf(finding, flags, total)}
            side={index % 2 === 0 ? "left" : "right"}
          />
        ))}
        {flags.length > FLAG_LIMIT && (
          <span className="size-11 text-2 more">{counted(flags.length - FLAG_LIMIT, "more place")}</span>
        )}
      </div>
      <span className="coverage-name">{counted(total, piece)}</span>
      <div
        className="coverage-cells"
        role="img"
        aria-label={`${counted(total, piece)}, ${count(cells.filter((state) => state === "altered").length)} altered`}
      >
        {cells.map((state, cell) => (
          <i key={cell} className={`cell ${state}`} title={cellTitle(piece, cell, perCell, state)} />
        ))}
      </div>
      <span />
      <div className="coverage-axis">
        <span>{pieceName(piece, 0)}</span>
        <span>{piece === "file" ? "in the order of their names" : "in the order of the log"}</span>
        <span>{pieceName(piece, total - 1)}</span>
      </div>
      <LeafRanges result={result} />
    </div>
  );
}

/** What evidence is made of: only a proof speaks of segments, anything else came as files. */
type Piece = "segment" | "file";

function pieceOf(result: VerifyResult): Piece {
  return result.proof === "none" ? "file" : "segment";
}

/** Segments count from 0, as the log numbers them; files as people do. */
function pieceName(piece: Piece, position: number): string {
  return `${piece} ${count(piece === "file" ? position + 1 : position)}`;
}

function cellTitle(piece: Piece, cell: number, perCell: number, state: CellState): string {
  const first = cell * perCell;
  const end = first + perCell - 1;
  const range = perCell === 1 ? pieceName(piece, first) : `${pieceName(piece, first)} to ${pieceName(piece, end)}`;
  return `${range}: ${state === "none" ? "not verifiable" : state}`;
}

/** Within its segment's cell, apart from the others of that segment and in their order. */
function placeOf(finding: VerificationFinding, flags: readonly VerificationFinding[], total: number): number {
  const segment = finding.where.segment ?? 0;
  const together = flags.filter(({ where }) => where.segment === segment);
  return ((segment + (together.indexOf(finding) + 1) / (together.length + 1)) / total) * 100;
}

function Flag({
  finding,
  position,
  side,
}: {
  readonly finding: VerificationFinding;
  /** Share of the strip's width, in percent. */
  readonly position: number;
  readonly side: "left" | "right";
}) {
  const { where } = finding;
  const onLeft = position > 70 || (side === "left" && position > 30);
  const range =
    where.index === undefined
      ? `segment ${count(where.segment ?? 0)}`
      : where.endIndex !== undefined && where.endIndex !== where.index
        ? `records ${count(where.index)} to ${count(where.endIndex)}`
        : `record ${count(where.index)}`;
  return (
    <div className={`flag${onLeft ? " on-left" : ""}`} style={{ left: `${position}%` }}>
      <span title={finding.message}>
        {flagWord(finding)}: {range}
      </span>
    </div>
  );
}

function flagWord(finding: VerificationFinding): string {
  const words = finding.code.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** CloudTrail digests: one bar per chain, gaps hatched in place. */
function Chains({ result }: { readonly result: VerifyResult }) {
  const moments = result.chains
    .flatMap((chain) => [Date.parse(chain.from), Date.parse(chain.to)])
    .filter(Number.isFinite);
  const first = Math.min(...moments);
  const span = Math.max(1, Math.max(...moments) - first);
  const at = (time: string) => `${((Date.parse(time) - first) / span) * 100}%`;
  const width = (from: string, to: string) => `${Math.max(0.3, ((Date.parse(to) - Date.parse(from)) / span) * 100)}%`;
  return (
    <div className="coverage-body">
      {result.chains.slice(0, 6).map((chain) => (
        <div key={chain.id} style={{ display: "contents" }}>
          <span className="coverage-name ellipsis" title={chain.id}>
            {counted(chain.digests, "digest")}
          </span>
          <div
            className="coverage-chain"
            role="img"
            aria-label={`${chain.from} to ${chain.to}, ${counted(chain.gaps.length, "gap")}`}
          >
            <i className="cell verified" style={{ left: at(chain.from), width: width(chain.from, chain.to) }} />
            {chain.gaps.map((gap) => (
              <i
                key={gap.from}
                className="cell gap"
                title={`${gap.from} to ${gap.to}${gap.reason ? `: ${gap.reason}` : ""}`}
                style={{ left: at(gap.from), width: width(gap.from, gap.to) }}
              />
            ))}
          </div>
        </div>
      ))}
      <span />
      <div className="coverage-axis">
        <span>{new Date(first).toISOString().slice(0, 19)}</span>
        <span>{new Date(first + span).toISOString().slice(0, 19)}</span>
      </div>
    </div>
  );
}
