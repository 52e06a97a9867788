import { type CaseSession } from "../casefile/case-session.ts";
import { EventProofs } from "../casefile/event-proof.ts";
import { readFindings } from "../findings/finding-table.ts";
import { worstVerdict } from "../model/verdict.ts";
import { ResultSets } from "../timeline/result-sets.ts";
import { type CaseState } from "./contract.ts";
import { type Emit } from "./server.ts";

/** The case that the windows look at, with the result sets that its views share. */
export interface OpenCase {
  readonly session: CaseSession;
  readonly results: ResultSets;
  readonly proofs: EventProofs;
  readonly stopListening: () => void;
}

/** Gathers what belongs to one open case; every committed change and every new entry of the journal is emitted. */
export function takeCase(session: CaseSession, emit: Emit): OpenCase {
  const { caseFile, custody } = session;
  const stops = [
    caseFile.onChange((revision) => emit("case.changed", { revision })),
    custody.onAppend(() => emit("custody.appended", { entries: custody.length, head: custody.head })),
  ];
  return {
    session,
    results: new ResultSets(caseFile),
    proofs: new EventProofs(caseFile),
    stopListening: () => {
      for (const stop of stops) stop();
    },
  };
}

/** What a window shows of the case as a whole. */
export async function readCaseState({ session: { caseFile, custody } }: OpenCase): Promise<CaseState> {
  const { exhibits } = caseFile;
  const findings = await readFindings(caseFile);
  const sum = (count: (exhibit: (typeof exhibits)[number]) => number): number =>
    exhibits.reduce((total, exhibit) => total + count(exhibit), 0);
  return {
    label: caseFile.folder.label,
    details: await caseFile.details(),
    exhibits,
    events: caseFile.events,
    undated: sum(({ undated }) => undated),
    problems: sum(({ problems }) => problems),
    findings: findings.filter(({ withdrawn }) => withdrawn === null).length,
    verdict: exhibits.length === 0 ? null : worstVerdict(exhibits.map(({ verdict }) => verdict)),
    custody: {
      entries: custody.length,
      head: custody.head,
      endorsed: custody.endorsed,
      altered: custody.found.verdict === "altered",
    },
    revision: caseFile.revision,
  };
}
