import { recordsText } from "../../../core/model/record-ranges.ts";
import { type VerificationFinding, type VerifyResult } from "../../../core/model/verdict.ts";
import { useSession } from "../../state/session.ts";
import { useAsk } from "../../state/use-ask.ts";
import { count, counted } from "../../ui/format.ts";
import { ChainCoverage } from "./chain-coverage.tsx";
import { LeafRanges, rangeStates } from "./leaf-ranges.tsx";
import { ProofOverTime } from "./proof-over-time.tsx";
import { type Subject } from "./subject.ts";

/** Bars of the strip over time; at the usual width each is some six pixels wide. */
const BUCKETS = 160;
/** Segments drawn one by one; beyond, several share a cell. */
const CELL_LIMIT = 240;
/** Labels that fit above the strip. */
const FLAG_LIMIT = 2;

type CellState = "verified" | "limits" | "altered" | "none";

/** What the proofs cover, piece by piece, and where they fail. */
export function Coverage({ subject }: { readonly subject: Subject }) {
  const { result } = subject;
  const revision = useSession((session) => session.revision);
  const exhibit = subject.kind === "exhibit" ? subject.exhibit.id : null;
  const answer = useAsk("evidence.coverage", exhibit === null ? "wait" : { exhibit, buckets: BUCKETS }, revision);
  const events = exhibit === null ? null : answer;
  return (
    <section className="panel coverage" aria-label="Coverage">
      <div className="panel-head">
        <h2 className="ellipsis">Coverage of {subject.label}</h2>
        <span className="aside">{rangeOf(result)}</span>
        <span className="end size-12">
          <Legend result={result} />
        </span>
      </div>
      <div className="coverage-body">
        {result.chains.length > 0 ? (
          <ChainCoverage chains={result.chains} asked={result.window.asked} events={events} />
        ) : (
          <>
            {events && <ProofOverTime answer={events} />}
            <Segments result={result} />
          </>
        )}
      </div>
    </section>
  );
}

function rangeOf(result: VerifyResult): string {
  if (result.log) return `signed range 0 to ${count(result.log.treeSize - 1)}`;
  const { proven } = result.window;
  if (proven?.from && proven.to) {
    const gaps = result.chains.reduce((sum, chain) => sum + chain.gaps.length, 0);
    return `proven from ${proven.from} to ${proven.to}${gaps > 0 ? `, but for ${counted(gaps, "gap")}` : ""}`;
  }
  return "no signed range";
}

function Legend({ result }: { readonly result: VerifyResult }) {
  if (result.proof === "none") return <span className="text-2">No proof came with this evidence</span>;
  return (
    <>
      {legendOf(result).map(({ cell, word }) => (
        <span key={cell} className="legend">
          <i className={`cell ${cell}`} />
          {word}
        </span>
      ))}
      {result.log && <span className="text-2">Nothing is known after record {count(result.log.treeSize - 1)}</span>}
    </>
  );
}

/** The states that this picture shows; each cell has an outline of its own and a word. */
function legendOf(result: VerifyResult): readonly { readonly cell: string; readonly word: string }[] {
  const { findings, chains, verdict } = result;
  const states = rangeStates(result);
  const isUnproven = verdict === "not-verifiable" || chains.some(({ proven }) => !proven);
  return [
    ...(verdict === "not-verifiable" ? [] : [{ cell: "verified", word: "Proven" }]),
    ...(isUnproven ? [{ cell: "none", word: "Not verifiable" }] : []),
    ...(findings.some((finding) => finding.verdict === "altered") ? [{ cell: "altered", word: "Altered" }] : []),
    ...(states.has("missing") ? [{ cell: "missing", word: "Missing" }] : []),
    ...(chains.some(({ gaps }) => gaps.length > 0) ? [{ cell: "gap", word: "Not covered" }] : []),
    ...(states.has("withheld") ? [{ cell: "withheld", word: "Withheld" }] : []),
    ...(states.has("absent") ? [{ cell: "absent", word: "Absent by a stated rule" }] : []),
  ];
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
      <>
        <span className="coverage-name">Pieces</span>
        <p className="text-2 size-12">
          {counted(result.counts.records, "record")}; no files and no digests to lay them against.
        </p>
      </>
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
    <>
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
      {result.log ? (
        <LeafRanges result={result} />
      ) : (
        <>
          <span />
          <div className="coverage-axis">
            <span>{pieceName(piece, 0)}</span>
            <span>{piece === "file" ? "in the order of their names" : "in the order of the log"}</span>
            <span>{pieceName(piece, total - 1)}</span>
          </div>
        </>
      )}
    </>
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
  const isOne = where.endIndex === undefined || where.endIndex === where.index;
  const range =
    where.index === undefined
      ? `segment ${count(where.segment ?? 0)}`
      : `${isOne ? "record" : "records"} ${recordsText(where, count)}`;
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
