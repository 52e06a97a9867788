import { type MouseEvent, useEffect } from "react";

import { type EventRow } from "../../../core/model/event.ts";
import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type Instant } from "../../../core/model/time.ts";
import { type ResultSet, type TimelineGap } from "../../../core/model/timeline.ts";
import { useSession } from "../../state/session.ts";
import { addPin, fragment, useTimeline } from "../../state/timeline.ts";
import { rowAt, useTimelineResult, wantRows } from "../../state/timeline-result.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { isoDate, longDate } from "../../ui/format.ts";
import { GapRule } from "../../ui/gap-rule.tsx";
import { laneLetter, laneStyle } from "../../ui/lane.ts";
import { NameText } from "../../ui/name-text.tsx";
import { TimeCell } from "../../ui/time-cell.tsx";
import { useVirtualRows } from "../../ui/use-virtual-rows.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { gapsBefore } from "./gaps.ts";
import { actionText, resultText } from "./row-text.ts";
import { focusOn } from "./timeline-acts.ts";

const ROW_HEIGHT = 24;
/** Date and gap rows share the window with events; so many may push the last events down. */
const SPARE_ROWS = 8;

const COLUMNS = ["Time (UTC)", "", "Principal", "Action", "Resource", "Result", "Address", "Proof"] as const;

interface GridProps {
  readonly result: ResultSet;
  readonly exhibits: readonly Exhibit[];
}

/** Any number of rows in a fixed window: the scroll bar stands for row numbers, not for pixels. */
export function Grid({ result, exhibits }: GridProps) {
  const revision = useSession((session) => session.revision);
  const gaps = shown(useAsk("timeline.gaps", undefined, revision)) ?? [];
  const pages = useTimelineResult((state) => state.pages);
  const { focusRow, anchorRow, range } = useTimeline();
  const { frameRef, top, visible, spacer } = useVirtualRows(
    result.matching + SPARE_ROWS,
    ROW_HEIGHT,
    focusRow,
    ROW_HEIGHT,
  );
  const last = Math.min(result.matching, top + visible) - 1;
  useEffect(() => wantRows(Math.max(0, top - 1), Math.max(last, focusRow)), [top, last, focusRow, result.resultId]);

  const lines = linesOf({ top, last, total: result.matching, row: (index) => rowAt(pages, index), gaps, range });
  const first = Math.min(focusRow, anchorRow);
  const end = Math.max(focusRow, anchorRow);
  return (
    <div
      role="grid"
      aria-label="Events"
      aria-rowcount={result.matching + 1}
      aria-colcount={COLUMNS.length}
      aria-multiselectable="true"
      className="grid"
    >
      <div className="grid-frame" ref={frameRef} tabIndex={0} role="rowgroup" aria-label="Rows">
        <div role="row" aria-rowindex={1} className="grid-row grid-head">
          {COLUMNS.map((column) => (
            <span key={column} role="columnheader" className={column === "Address" ? "address" : undefined}>
              {column === "" ? <span className="visually-hidden">Source</span> : column}
            </span>
          ))}
        </div>
        <div className="grid-window">
          {lines.map((line) => {
            switch (line.kind) {
              case "date":
                return (
                  <div key={line.key} className="grid-date" role="row">
                    <span role="gridcell" aria-colspan={COLUMNS.length}>
                      {line.text}
                    </span>
                  </div>
                );
              case "gap":
                return (
                  <div key={line.key} role="row">
                    <div role="gridcell" aria-colspan={COLUMNS.length}>
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
                    selected={line.index >= first && line.index <= end}
                    focused={line.index === focusRow}
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
}

/** Events from `top` on, with a row of its own for each new date and each break. */
function linesOf({ top, last, total, row, gaps, range }: LinesInput): Line[] {
  const lines: Line[] = [];
  for (let index = top; index <= last; index += 1) {
    const current = row(index);
    const before = index > 0 ? row(index - 1) : undefined;
    if (current && (index === 0 || before)) {
      for (const gap of gapsBefore(gaps, before ?? null, current, range)) {
        lines.push({ kind: "gap", key: `gap-${gaps.indexOf(gap)}`, gap });
      }
    }
    if (current?.time != null && (index === top || dayOf(before) !== isoDate(current.time))) {
      lines.push({ kind: "date", key: `date-${index}`, text: longDate(current.time) });
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
  return row?.time == null ? undefined : isoDate(row.time);
}

interface GridRowProps {
  readonly index: number;
  readonly row: EventRow | undefined;
  /** Position of the source in the case. */
  readonly lane: number;
  readonly selected: boolean;
  readonly focused: boolean;
}

function GridRow({ index, row, lane, selected, focused }: GridRowProps) {
  const common = {
    role: "row",
    "aria-rowindex": index + 2,
    "aria-selected": selected,
    className: `grid-row${row?.verdict === "altered" ? " altered" : ""}${focused ? " focused" : ""}`,
  } as const;
  if (!row) {
    return (
      <div {...common} className="grid-row waiting">
        <span role="gridcell" aria-colspan={COLUMNS.length}>
          <i />
        </span>
      </div>
    );
  }
  const onCell = (field: string, value: string | null) => (event: MouseEvent) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.stopPropagation();
    addPin(`${event.altKey ? "NOT " : ""}${fragment(field, value)}`);
  };
  return (
    <div {...common} style={laneStyle(lane)} onClick={(event) => focusOn(index, event.shiftKey ? "extend" : "move")}>
      <span role="gridcell">
        <TimeCell time={row.time} />
      </span>
      <span role="gridcell" className="lane-cell" title={`${row.exhibit}, ${row.source}`}>
        {laneLetter(lane)}
      </span>
      <span role="gridcell" title={row.principal ?? undefined} onClick={onCell("principal", row.principal)}>
        <NameText text={row.principal} />
      </span>
      <span role="gridcell" title={row.action ?? undefined} onClick={onCell("action", row.action)}>
        {actionText(row)}
        {row.verdict === "altered" && <small> as found</small>}
      </span>
      <span
        role="gridcell"
        className="text-2"
        title={row.resource ?? undefined}
        onClick={onCell("resource", row.resource)}
      >
        <NameText text={row.resource} />
      </span>
      <span
        role="gridcell"
        className={row.outcome !== null && row.outcome !== "success" ? "strong" : undefined}
        title={row.error ?? undefined}
        onClick={onCell("outcome", row.outcome)}
      >
        {resultText(row)}
      </span>
      <span
        role="gridcell"
        className="text-2 number address"
        title={row.address ?? undefined}
        onClick={onCell("address", row.address)}
      >
        {row.address}
      </span>
      <span role="gridcell" onClick={onCell("verdict", row.verdict)}>
        <VerdictBadge bare verdict={row.verdict} />
      </span>
    </div>
  );
}
