import { create } from "zustand";

import { draftOfFinding, EMPTY_FINDING_DRAFT, type Finding, type FindingDraft } from "../../core/model/finding.ts";

/** A finding that is being written; nothing of it is in the case until it is saved. */
export interface OpenDraft extends FindingDraft {
  /** The finding that is being changed; null for a new one. */
  readonly id: string | null;
}

interface FindingStore {
  /** The finding that is shown; null shows the new one that is being written, or the first. */
  readonly selected: string | null;
  /** Stays while other findings are looked at. */
  readonly draft: OpenDraft | null;
}

const EMPTY: OpenDraft = { id: null, ...EMPTY_FINDING_DRAFT };

export const useFindings = create<FindingStore>(() => ({ selected: null, draft: null }));

/** Forgets what belongs to a case: its findings are others, and so are its events. */
export function resetFindings(): void {
  useFindings.setState({ selected: null, draft: null });
}

/** Starts a finding on these events, or adds them to the one that is being written. */
export function draftFrom(events: readonly number[]): void {
  useFindings.setState(({ draft }) => {
    const base = draft ?? EMPTY;
    return { selected: base.id, draft: { ...base, events: [...new Set([...base.events, ...events])] } };
  });
}

export function editFinding(finding: Finding): void {
  useFindings.setState({ selected: finding.id, draft: { id: finding.id, ...draftOfFinding(finding) } });
}

export function changeDraft(change: Partial<OpenDraft>): void {
  useFindings.setState(({ draft }) => {
    const base = draft ?? EMPTY;
    return { selected: base.id, draft: { ...base, ...change } };
  });
}
