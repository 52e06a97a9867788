import { type EventRow } from "../../../core/model/event.ts";
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

/** One row as a sentence for screen readers. */
export function resultText(row: EventRow): string {
  if (row.outcome === null) return row.error ?? "";
  return row.outcome.charAt(0).toUpperCase() + row.outcome.slice(1);
}
