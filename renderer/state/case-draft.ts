import { create } from "zustand";

import { type CaseDetails } from "../../core/model/case-details.ts";

interface CaseDraftStore {
  /** The details as far as they are written; null while they are as they were saved. */
  readonly draft: CaseDetails | null;
}

/** Stays while another screen is shown. */
export const useCaseDraft = create<CaseDraftStore>(() => ({ draft: null }));

/** Forgets what was written and not saved. */
export function resetCaseDraft(): void {
  useCaseDraft.setState({ draft: null });
}
