import { create } from "zustand";

import { type Events } from "../../core/api/contract.ts";
import { type CustodyEntry } from "../../core/model/custody.ts";
import { useSession } from "./session.ts";

/** Parts of the Custody screen, in their order. */
export const CUSTODY_TABS = [
  { id: "log", title: "Action log" },
  { id: "evidence", title: "Evidence" },
  { id: "people", title: "People" },
  { id: "keys", title: "Keys" },
  { id: "exports", title: "Exports" },
] as const;

export type CustodyTab = (typeof CUSTODY_TABS)[number]["id"];

interface CustodyStore {
  /** Counts additions to the diary that were heard of. */
  readonly additions: number;
  readonly tab: CustodyTab;
  /** The entry that is shown in full. */
  readonly chosen: CustodyEntry | null;
  /** Words that the entries of the action log have. */
  readonly words: string;
}

export const useCustody = create<CustodyStore>(() => ({ additions: 0, tab: "log", chosen: null, words: "" }));

export function chooseEntry(chosen: CustodyEntry): void {
  useCustody.setState({ chosen });
}

/** The diary of the open case was added to. */
export function diaryAppended(custody: Events["custody.appended"]): void {
  useCustody.setState(({ additions }) => ({ additions: additions + 1 }));
  useSession.setState(({ caseState }) =>
    caseState ? { caseState: { ...caseState, custody: { ...caseState.custody, ...custody } } } : {},
  );
}

/** Grows with every change of the case and every addition to its diary: what lists entries is then asked again. */
export function useDiaryRevision(): number {
  return useSession((session) => session.revision) + useCustody((custody) => custody.additions);
}
