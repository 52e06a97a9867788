import { type MouseEvent } from "react";

import { type EventRow } from "../../../core/model/event.ts";
import { type Activity, type EventTriage } from "../../../core/model/triage.ts";
import { addPin, fragment } from "../../state/timeline.ts";
import { laneStyle } from "../../ui/lane.ts";
import { type CellInput, type GridColumn } from "./grid-columns.tsx";
import { focusOn, focusCell } from "./timeline-acts.ts";

interface GridRowProps {
  readonly index: number;
  readonly row: EventRow | undefined;
  readonly lane: number;
  readonly triage: EventTriage | undefined;
  readonly activity: Activity | undefined;
  readonly columns: readonly GridColumn[];
  readonly template: string;
  readonly selected: boolean;
  /** Index of the focused column, when this is the focused row. */
  readonly focus: number | null;
}

/** One event, or the first event of a folded activity. */
export function GridRow(props: GridRowProps) {
  const { index, row, lane, triage, activity, columns, template, selected, focus } = props;
  const common = { role: "row", "aria-rowindex": index + 2, "aria-selected": selected } as const;
  if (!row) {
    return (
      <div {...common} className="grid-row waiting">
        <span role="gridcell" aria-colspan={columns.length}>
          <i />
        </span>
      </div>
    );
  }
  const input: CellInput = { row, lane, triage, activity };
  const classes = [
    "grid-row",
    row.verdict === "altered" && "altered",
    focus !== null && "focused",
    triage?.mark === "noise" && "noise",
  ];
  return (
    <div
      {...common}
      id={`row-${index}`}
      className={classes.filter(Boolean).join(" ")}
      style={{ ...laneStyle(lane), gridTemplateColumns: template }}
      onClick={(event) => focusOn(index, event.shiftKey ? "extend" : "move")}
    >
      {columns.map((column, at) => (
        <span
          key={column.id}
          role="gridcell"
          className={`${column.className ?? ""}${at === focus ? " focused-cell" : ""}`}
          title={titleOf(column, input)}
          onClick={(event) => onCell(event, column, input, index, at)}
        >
          {column.cell(input)}
        </span>
      ))}
    </div>
  );
}

/** With Ctrl a click filters by the value, with Alt as well by everything but it. */
function onCell(event: MouseEvent, column: GridColumn, input: CellInput, index: number, at: number): void {
  if (!event.ctrlKey && !event.metaKey) {
    focusCell(index, at, event.shiftKey ? "extend" : "move");
    event.stopPropagation();
    return;
  }
  event.stopPropagation();
  const wanted = fragment(column.field, column.value(input));
  addPin(event.altKey ? `NOT ${wanted}` : wanted);
}

function titleOf(column: GridColumn, input: CellInput): string | undefined {
  if (column.id === "source") return `${input.row.exhibit}, ${input.row.source}`;
  if (column.id === "outcome") return input.row.error ?? undefined;
  if (column.id === "mark") return input.triage?.comment || undefined;
  return column.value(input) ?? undefined;
}
