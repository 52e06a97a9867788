import { type EventRow } from "../model/event.ts";
import {
  type ReplayChapter,
  type ReplayCitation,
  type ReplayEdge,
  type ReplayGap,
  type ReplayLane,
  type ReplayNode,
  type ReplayScript,
  type ReplayStep,
} from "../model/replay.ts";
import { ROW_VERDICTS, type RowVerdict } from "../model/verdict.ts";

/** One step before it has a place: a kept event, or an activity by its first event. */
export interface ReplayAct {
  readonly row: EventRow;
  readonly time: bigint;
  readonly until: bigint | null;
  readonly events: number;
  readonly sentence: string;
  readonly citations: readonly ReplayCitation[];
  readonly comment: string;
  readonly kept: boolean;
  /** Whether its frame goes into the report. */
  readonly framed: boolean;
  readonly activity: { readonly label: string; readonly name: string; readonly technique: string } | null;
  /** Findings that cite one of its records: "F-0001 Title". */
  readonly findings: readonly { readonly id: string; readonly title: string }[];
}

/** A link between two principals that a rule found, at the time of its first evidence. */
export interface ReplayLink {
  readonly from: string;
  readonly to: string;
  readonly rule: string;
  readonly label: string;
  /** Positions in the case of the records it rests on. */
  readonly evidence: readonly number[];
  /** Whether it is a weak hint that nobody accepted. */
  readonly inferred: boolean;
}

const SECOND = 1_000_000_000n;
/** Shorter distances are the rhythm of the acts; longer ones are told. */
const GAP = 60n * SECOND;
/** Beyond so many boxes a stage can no longer be read; further names stay in sentences and lanes. */
const ROW_LIMIT = 12;
const COLUMNS = ["address", "principal", "resource"] as const;

/** Makes the script of acts that are in order of time. Equal acts give an equal script. */
export function replayScript(acts: readonly ReplayAct[], links: readonly ReplayLink[], leftOut: number): ReplayScript {
  const stage = new Stage();
  const lanes: ReplayLane[] = [];
  const chapters: ReplayChapter[] = [];
  const steps = acts.map((act, index): ReplayStep => {
    const name = act.row.principal ?? "not named";
    let lane = lanes.findIndex((known) => known.name === name);
    if (lane === -1) lane = lanes.push({ name, exhibit: act.row.exhibit }) - 1;
    const chapter = continueChapter(chapters, act, index);
    stage.add(act.row, index);
    const cited = new Set(act.citations.map(({ seq }) => seq));
    for (const link of links) if (link.evidence.some((seq) => cited.has(seq))) stage.link(link, index);
    return {
      time: act.time,
      until: act.until,
      title: act.activity ? act.activity.name : titleOf(act.row),
      sentence: act.sentence,
      lane,
      chapter,
      events: act.events,
      failed: act.row.outcome === "failure" || act.row.outcome === "denied",
      why: whyOf(act),
      comment: act.comment,
      citations: act.citations,
      verdict: worstRow(act.citations.map(({ verdict }) => verdict)),
      framed: act.framed,
    };
  });
  return {
    steps,
    chapters,
    gaps: gapsOf(steps),
    lanes,
    nodes: stage.nodes,
    edges: stage.edges,
    unplaced: stage.unplaced,
    leftOut,
  };
}

/** An activity or a finding begins a chapter; what follows without either belongs to none of them and begins another. */
function continueChapter(chapters: ReplayChapter[], act: ReplayAct, index: number): number {
  const [finding] = act.findings;
  const title = act.activity
    ? `${act.activity.label} ${act.activity.name}`
    : finding
      ? `${finding.id} ${finding.title}`
      : "Kept events";
  const last = chapters.at(-1);
  if (last?.title === title) chapters[chapters.length - 1] = { ...last, end: index + 1 };
  else chapters.push({ title, technique: act.activity?.technique ?? "", first: index, end: index + 1 });
  return chapters.length - 1;
}

function whyOf(act: ReplayAct): readonly string[] {
  return [
    ...(act.kept ? ["kept by the analyst"] : []),
    ...(act.activity ? [`activity ${act.activity.label} ${act.activity.name}`] : []),
    ...act.findings.map(({ id, title }) => `cited by ${id} ${title}`),
  ];
}

function titleOf(row: EventRow): string {
  const action = row.action ?? "an act";
  return row.resource === null || row.resource === "" ? action : `${action} on ${row.resource}`;
}

function worstRow(verdicts: readonly RowVerdict[]): RowVerdict {
  const order: readonly RowVerdict[] = ["verified", "with-limits", "pending", "not-verifiable", "withheld", "altered"];
  return verdicts.reduce<RowVerdict>(
    (worst, verdict) => (order.indexOf(verdict) > order.indexOf(worst) ? verdict : worst),
    ROW_VERDICTS[0],
  );
}

function gapsOf(steps: readonly ReplayStep[]): readonly ReplayGap[] {
  return steps.flatMap((step, after) => {
    const next = steps[after + 1];
    const nanoseconds = next ? next.time - (step.until ?? step.time) : 0n;
    return nanoseconds > GAP ? [{ after, nanoseconds }] : [];
  });
}

type Grown<T> = Omit<T, "steps"> & { readonly steps: number[] };

/** Boxes and arrows in order of first appearance, each in the column of its kind. */
class Stage {
  readonly nodes: Grown<ReplayNode>[] = [];
  readonly edges: Grown<ReplayEdge>[] = [];
  readonly #unplaced = new Map<string, number>();

  /** The step that first named each of those for which there was no room. */
  get unplaced(): readonly number[] {
    return [...this.#unplaced.values()];
  }

  add(row: EventRow, step: number): void {
    const address = this.#node("address", row.address, step);
    const principal = this.#node("principal", row.principal, step);
    const resource = this.#node("resource", row.resource, step);
    this.#edge(address, principal, "", step, null);
    this.#edge(principal, resource, row.action ?? "", step, null);
  }

  link({ from, to, rule, label, inferred }: ReplayLink, step: number): void {
    this.#edge(
      this.#node("principal", from, step),
      this.#node("principal", to, step),
      inferred ? `${label}, rule ${rule}` : label,
      step,
      inferred ? rule : null,
    );
  }

  #node(kind: ReplayNode["kind"], label: string | null, step: number): number {
    if (label === null || label === "") return -1;
    const known = this.nodes.findIndex((node) => node.kind === kind && node.label === label);
    if (known !== -1) {
      addStep(this.nodes[known], step);
      return known;
    }
    const row = this.nodes.filter((node) => node.kind === kind).length;
    if (row >= ROW_LIMIT) {
      const name = `${kind} ${label}`;
      if (!this.#unplaced.has(name)) this.#unplaced.set(name, step);
      return -1;
    }
    return this.nodes.push({ label, kind, column: COLUMNS.indexOf(kind), row, steps: [step] }) - 1;
  }

  #edge(from: number, to: number, label: string, step: number, rule: string | null): void {
    if (from === -1 || to === -1 || from === to) return;
    const known = this.edges.find((edge) => edge.from === from && edge.to === to && edge.label === label);
    if (known) addStep(known, step);
    else this.edges.push({ from, to, label, steps: [step], rule });
  }
}

function addStep(item: { readonly steps: number[] } | undefined, step: number): void {
  if (item && item.steps.at(-1) !== step) item.steps.push(step);
}
