import "./grid.css";

import { useEffect, useMemo, useRef } from "react";

import { type EventRow } from "../../../core/model/event.ts";
import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type Instant } from "../../../core/model/time.ts";
import { type ResultSet, type TimelineGap } from "../../../core/model/timeline.ts";
import { shownTime } from "../../state/clock.ts";
import { useSession } from "../../state/session.ts";
import { useTimeline } from "../../state/timeline.ts";
import { readEventsInView, useTriage } from "../../state/triage.ts";
import { rowAt, useTimelineResult, wantRows } from "../../state/timeline-result.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { longDate } from "../../ui/format.ts";
import { zoneOffset } from "../../ui/zone.ts";
import { GapRule } from "../../ui/gap-rule.tsx";
import { useElementWidth } from "../../ui/use-element-width.ts";
import { useVirtualRows } from "../../ui/use-virtual-rows.ts";
import { gapsBefore } from "./gaps.ts";
import { fittingColumns, shownColumns, templateOf } from "./chosen-columns.ts";
import { GridHead } from "./grid-head.tsx";
import { GridRow } from "./grid-row.tsx";

const ROW_HEIGHT = 24;
/** Date and gap rows share the window with events; so many may push the last events down. */
const SPARE_ROWS = 8;

const SCROLL_BAR = 12;
const NO_GAPS: readonly TimelineGap[] = [];

interface GridProps {
  readonly result: ResultSet;
  readonly exhibits: readonly Exhibit[];
}

/** Any number of rows in a fixed window: the scroll bar stands for row numbers, not for pixels. */
export function Grid({ result, exhibits }: GridProps) {
  const revision = useSession((session) => session.revision);
  const asked = shown(useAsk("timeline.gaps", undefined, revision)) ?? NO_GAPS;
  const pages = useTimelineResult((state) => state.pages);
  const view = useTimeline();
  const { focusRow, anchorRow, focusColumn, range } = view;
  // Breaks and dates stand between events in order of time; in any other order there is no between.
  const gaps = view.sort ? NO_GAPS : asked;
  const placeRef = useRef<HTMLDivElement>(null);
  const width = useElementWidth(placeRef);
  const room = width - SCROLL_BAR;
  useEffect(() => useTimeline.setState({ gridWidth: room }), [room]);
  const columns = useMemo(() => shownColumns(view.columns, room), [view.columns, room]);
  const template = useMemo(() => templateOf(fittingColumns(view.columns, room)), [view.columns, room]);
  const { frameRef, top, visible, spacer } = useVirtualRows(result.rows + SPARE_ROWS, ROW_HEIGHT, focusRow, ROW_HEIGHT);
  const last = Math.min(result.rows, top + visible) - 1;
  useEffect(() => wantRows(Math.max(0, top - 1), Math.max(last, focusRow)), [top, last, focusRow, result.resultId]);
  const events = useTriageInView(pages, top, last, revision);
  const activities = useTriage((state) => state.activities);

  const row = (index: number) => rowAt(pages, index);
  const lines = linesOf({ top, last, total: result.rows, row, gaps, range, dated: view.sort === null });
  const first = Math.min(focusRow, anchorRow);
  const end = Math.max(focusRow, anchorRow);
  // What an activity's row stands for; with activities open every event stands for itself.
  const activityOf = (seq: number) =>
    view.foldActivities ? activities.find(({ label }) => label === events.get(seq)?.activity) : undefined;
  return (
    <div
      ref={placeRef}
      role="grid"
      aria-label="Events"
      aria-rowcount={result.rows + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      className="grid"
    >
      <div className="grid-frame" ref={frameRef} tabIndex={0} role="rowgroup" aria-label="Rows">
        <GridHead columns={columns} template={template} />
        <div className="grid-window">
          {lines.map((line) => {
            switch (line.kind) {
              case "date":
                return (
                  <div key={line.key} className="grid-date" role="row">
                    <span role="gridcell" aria-colspan={columns.length}>
                      {line.text}
                    </span>
                  </div>
                );
              case "gap":
                return (
                  <div key={line.key} role="row">
                    <div role="gridcell" aria-colspan={columns.length}>
                      <GapRule gap={line.gap} />
                    </div>
                  </div>
                );
              case "event":
                return (
                  <GridRow
                    key={line.key}
                    index={line.index}
                    row={line.row}
                    lane={exhibits.findIndex(({ id }) => id === line.row?.exhibit)}
                    triage={line.row && events.get(line.row.seq)}
                    activity={line.row && activityOf(line.row.seq)}
                    columns={columns}
                    template={template}
                    selected={line.index >= first && line.index <= end}
                    focus={line.index === focusRow ? focusColumn : null}
                  />
                );
            }
          })}
        </div>
        <div style={{ height: spacer }} aria-hidden />
      </div>
    </div>
  );
}

type Line =
  | { readonly kind: "date"; readonly key: string; readonly text: string }
  | { readonly kind: "gap"; readonly key: string; readonly gap: TimelineGap }
  | { readonly kind: "event"; readonly key: string; readonly index: number; readonly row: EventRow | undefined };

interface LinesInput {
  readonly top: number;
  readonly last: number;
  readonly total: number;
  readonly row: (index: number) => EventRow | undefined;
  readonly gaps: readonly TimelineGap[];
  readonly range: { readonly from: Instant; readonly to: Instant } | null;
  /** Whether each new date has a row. */
  readonly dated: boolean;
}

/** Events from `top` on, with a row of its own for each new date and each break. */
function linesOf({ top, last, total, row, gaps, range, dated }: LinesInput): Line[] {
  const lines: Line[] = [];
  for (let index = top; index <= last; index += 1) {
    const current = row(index);
    const before = index > 0 ? row(index - 1) : undefined;
    if (current && (index === 0 || before)) {
      for (const gap of gapsBefore(gaps, before ?? null, current, range)) {
        lines.push({ kind: "gap", key: `gap-${gaps.indexOf(gap)}`, gap });
      }
    }
    const day = dated ? dayOf(current) : undefined;
    if (day !== undefined && current?.time != null && (index === top || dayOf(before) !== day)) {
      lines.push({ kind: "date", key: `date-${index}`, text: dateText(shownTime(current.time, current.exhibit)) });
    }
    lines.push({ kind: "event", key: `row-${index}`, index, row: current });
  }
  const ending = last === total - 1 ? row(last) : undefined;
  if (ending) {
    for (const gap of gapsBefore(gaps, ending, null, range)) {
      lines.push({ kind: "gap", key: `gap-${gaps.indexOf(gap)}`, gap });
    }
  }
  return lines;
}

function dayOf(row: EventRow | undefined): string | undefined {
  return row?.time == null ? undefined : dateText(shownTime(row.time, row.exhibit));
}

/** The date and, in another zone than UTC, how its clocks stand: where they are set, times repeat or leap. */
function dateText(time: Instant): string {
  const offset = zoneOffset(time);
  return offset === "UTC" ? longDate(time) : `${longDate(time)}, ${offset}`;
}

/** What is known of the events in view, read again whenever they or the case change. */
function useTriageInView(
  pages: ReturnType<typeof useTimelineResult.getState>["pages"],
  top: number,
  last: number,
  revision: number,
) {
  const events = useTriage((state) => state.events);
  const seqs = [];
  for (let index = top; index <= last; index += 1) seqs.push(rowAt(pages, index)?.seq);
  const key = seqs.filter((seq) => seq !== undefined).join(",");
  useEffect(() => {
    if (key === "") return;
    void readEventsInView(key.split(",").map(Number)).catch(() => undefined);
  }, [key, revision]);
  return events;
}
