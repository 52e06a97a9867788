import { create } from "zustand";

import { type CustodyEntry } from "../../core/model/custody.ts";

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
  readonly tab: CustodyTab;
  /** The entry that is shown in full. */
  readonly chosen: CustodyEntry | null;
  /** Words that the entries of the action log have. */
  readonly words: string;
}

export const useCustody = create<CustodyStore>(() => ({ tab: "log", chosen: null, words: "" }));

export function chooseEntry(chosen: CustodyEntry): void {
  useCustody.setState({ chosen });
}
