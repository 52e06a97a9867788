import { type EventRow } from "../../../core/model/event.ts";
import { type EventTriage } from "../../../core/model/triage.ts";
import { ROW_VERDICTS, type RowVerdict } from "../../../core/model/verdict.ts";

export function isRowVerdict(text: string): text is RowVerdict {
  return ROW_VERDICTS.some((verdict) => verdict === text);
}

/** What the action cell says of rows that are no ordinary event. */
export function actionText(row: EventRow): string {
  switch (row.kind) {
    case "event":
      return row.action ?? "";
    case "log":
      return row.action ?? "log record";
    case "withheld":
      return "withheld, only its digest is given";
    case "unreadable":
      return "unreadable record";
  }
}

/** The analyst's mark as the cell shows it; no mark is a dash. */
export function markText(triage: EventTriage | undefined): string {
  const mark = triage?.mark ?? "undecided";
  const word = mark === "keep" ? "Kept" : mark === "noise" ? "Noise" : "–";
  const more = triage && (triage.comment !== "" || triage.tags.length > 0 || triage.flag !== null);
  return more ? `${word} ·` : word;
}

/** The recorded outcome, or the error where there is none. */
export function resultText(row: EventRow): string {
  if (row.outcome === null) return row.error ?? "";
  return row.outcome.charAt(0).toUpperCase() + row.outcome.slice(1);
}
