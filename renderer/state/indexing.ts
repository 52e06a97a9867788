import { create } from "zustand";

import { type IndexProgress } from "../../core/model/timeline.ts";
import { ask } from "../case-client.ts";
import { useSession } from "./session.ts";

/** How far the making of what a large case needs to answer quickly is; null while nothing is made. */
export const useIndexing = create<{ readonly progress: IndexProgress | null }>(() => ({ progress: null }));

/** Has it made whenever a case is opened or evidence arrives. Answers are the same without it, only later. */
export function followEvidence(): void {
  useSession.subscribe(({ caseState }, before) => {
    const same = caseState?.label === before.caseState?.label && caseState?.events === before.caseState?.events;
    if (!same && caseState && caseState.events > 0) void prepare();
  });
}

async function prepare(): Promise<void> {
  try {
    await ask("timeline.prepare", undefined, { onProgress: (progress) => useIndexing.setState({ progress }) });
  } catch {
    // Without it the case answers as before; when it was closed, it is gone on with at the next opening.
  } finally {
    useIndexing.setState({ progress: null });
  }
}
