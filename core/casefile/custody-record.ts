import { type CustodyAction } from "../model/custody-actions.ts";
import { type CustodyEntry, type RecordedKind } from "../model/custody.ts";
import { Problem } from "../model/problem.ts";
import { type CustodyJournal } from "./custody-journal.ts";

const ACTIONS: Readonly<Record<RecordedKind, CustodyAction>> = {
  note: "note.added",
  review: "review.done",
  handover: "handover",
};

/** Puts on record what a person did; `person` is who reviewed, or who received. Throws `act-incomplete` (usage) without words. */
export async function recordAct(
  journal: CustodyJournal,
  { kind, text, person }: { readonly kind: RecordedKind; readonly text: string; readonly person: string },
): Promise<CustodyEntry> {
  const isComplete = text.trim() !== "" && (kind === "note" || person.trim() !== "");
  if (!isComplete) {
    const message = "putting on record: expected words, and for a review or handover the person, found none";
    throw new Problem("usage", "act-incomplete", message);
  }
  const params = person.trim() === "" ? {} : { params: { person: person.trim() } };
  return journal.append({ action: ACTIONS[kind], object: { id: "case" }, ...params, note: text.trim() });
}
