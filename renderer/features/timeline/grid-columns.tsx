import { type ReactNode } from "react";

import { type EventRow } from "../../../core/model/event.ts";
import { type Activity, type EventTriage } from "../../../core/model/triage.ts";
import { shownTime } from "../../state/clock.ts";
import { laneLetter } from "../../ui/lane.ts";
import { NameText } from "../../ui/name-text.tsx";
import { TimeCell } from "../../ui/time-cell.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { ActivityCell } from "./activity-cell.tsx";
import { actionText, markText, resultText } from "./row-text.ts";

export interface CellInput {
  readonly row: EventRow;
  /** Position of the source in the case. */
  readonly lane: number;
  readonly triage: EventTriage | undefined;
  /** The activity whose events this row stands for. */
  readonly activity: Activity | undefined;
}

export interface GridColumn {
  readonly id: string;
  readonly title: string;
  /** The field of the query language that the column shows, and how it is sorted. */
  readonly field: string;
  readonly sortable: boolean;
  /** The value that + and − ask for. */
  readonly value: (input: CellInput) => string | null;
  readonly className?: string;
  readonly cell: (input: CellInput) => ReactNode;
}

function text(id: keyof EventRow, title: string, className = "text-2"): GridColumn {
  const value = ({ row }: CellInput) => {
    const found = row[id];
    return typeof found === "string" ? found : null;
  };
  const cell = (input: CellInput) => <NameText text={value(input)} />;
  return { id, title, field: id, sortable: true, value, className, cell };
}

/** Every column the grid can have. */
export const GRID_COLUMNS: readonly GridColumn[] = [
  {
    id: "time",
    title: "Time",
    field: "time",
    sortable: true,
    value: () => null,
    cell: ({ row }) => <TimeCell time={row.time === null ? null : shownTime(row.time, row.exhibit)} />,
  },
  {
    id: "recorded",
    title: "Recorded",
    field: "time",
    sortable: false,
    value: () => null,
    className: "text-2",
    cell: ({ row }) => <TimeCell time={row.time} />,
  },
  {
    id: "source",
    title: "Source",
    field: "exhibit",
    sortable: true,
    value: ({ row }) => row.exhibit,
    className: "lane-cell",
    cell: ({ lane }) => laneLetter(lane),
  },
  text("principal", "Principal", ""),
  {
    id: "action",
    title: "Action",
    field: "action",
    sortable: true,
    value: ({ row }) => row.action,
    cell: ({ row, activity }) =>
      activity ? (
        <ActivityCell activity={activity} />
      ) : (
        <>
          {actionText(row)}
          {row.verdict === "altered" && <small> as found</small>}
        </>
      ),
  },
  text("resource", "Resource"),
  {
    id: "outcome",
    title: "Result",
    field: "outcome",
    sortable: true,
    value: ({ row }) => row.outcome,
    cell: ({ row }) => (
      <span className={row.outcome !== null && row.outcome !== "success" ? "strong" : undefined}>
        {resultText(row)}
      </span>
    ),
  },
  text("address", "Address", "text-2 number"),
  {
    id: "verdict",
    title: "Proof",
    field: "verdict",
    sortable: true,
    value: ({ row }) => row.verdict,
    cell: ({ row }) => <VerdictBadge bare verdict={row.verdict} />,
  },
  {
    id: "mark",
    title: "Mark",
    field: "triage",
    sortable: false,
    value: ({ triage }) => triage?.mark ?? "undecided",
    className: "medium",
    cell: ({ triage }) => markText(triage),
  },
  {
    id: "tags",
    title: "Tags",
    field: "tag",
    sortable: false,
    value: ({ triage }) => triage?.tags[0] ?? null,
    className: "text-2",
    cell: ({ triage }) => triage?.tags.join(", "),
  },
  text("service", "Service"),
  text("credential", "Credential"),
  text("session", "Session"),
  text("error", "Error"),
  text("userAgent", "User agent"),
  text("account", "Account"),
  text("region", "Region"),
  text("requestId", "Request id"),
  text("eventId", "Event id"),
  text("timeRecorded", "Time as recorded"),
  text("file", "File"),
  {
    id: "seq",
    title: "Record",
    field: "seq",
    sortable: true,
    value: ({ row }) => String(row.seq),
    className: "text-2 number",
    cell: ({ row }) => row.seq,
  },
];

const BY_ID = new Map(GRID_COLUMNS.map((column) => [column.id, column]));

/** The column of that id; undefined for one of a later version. */
export function columnOf(id: string): GridColumn | undefined {
  return BY_ID.get(id);
}
