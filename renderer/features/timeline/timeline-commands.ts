import { type Command } from "../../command.ts";
import { type Session } from "../../state/session.ts";
import { clearQuery, useTimeline } from "../../state/timeline.ts";
import { redo, undo, useTriage } from "../../state/triage.ts";
import {
  askOnlyCell,
  citeSelection,
  filterByCell,
  fitStrip,
  markSelection,
  measure,
  moveColumn,
  moveFocus,
  moveInLane,
  panStrip,
  rangeOfSelection,
  reachOfFocus,
  selectAll,
  zoomAtFocus,
} from "./timeline-acts.ts";

const needsCase = (session: Session) => (session.caseState ? null : "no case is open");

/** What is about rows is about rows that are seen. */
const needsRows = (session: Session) =>
  needsCase(session) ?? (document.querySelector(".grid-frame") ? null : "the events are not shown");

/** Row count that PageUp and PageDown move by; about a screen. */
const PAGE = 24;

function timeline(id: string, title: string, keys: readonly string[], run: () => void): Command {
  return { id: `timeline.${id}`, title, group: "Timeline", keys, only: "timeline", blocked: needsCase, run };
}

/** About the row or the cell that has the focus, or the selection. */
function row(id: string, title: string, keys: readonly string[], run: () => void): Command {
  return { ...timeline(id, title, keys, run), blocked: needsRows };
}

function triage(id: string, title: string, keys: readonly string[], run: () => void): Command {
  return { ...row(id, title, keys, run), id: `triage.${id}`, group: "Triage" };
}

/** Single letters of the strip, which mean other things in the grid. */
function strip(id: string, title: string, keys: readonly string[], run: () => void): Command {
  return { ...timeline(id, title, keys, run), within: ".strip, .lanes" };
}

function focusById(id: string): void {
  const element = document.getElementById(id);
  element?.focus();
  if (element instanceof HTMLInputElement) element.select();
}

/** The parts of the screen in the order of reading, each by what takes the focus in it. */
const PARTS = [
  "#timeline-query",
  "#time-strip",
  ".lane-canvas canvas",
  ".facets button",
  ".grid-frame",
  "#inspector-panel",
];

/** Gives the focus to the next part that is shown, or the one before; from nowhere, to the first. */
function focusPart(by: 1 | -1): void {
  if (document.activeElement?.closest('[role="dialog"]')) return;
  const shown = PARTS.flatMap((part) => document.querySelector<HTMLElement>(`.timeline ${part}`) ?? []);
  const here = shown.findIndex((element) => partOf(element) === partOf(document.activeElement));
  shown.at((here + by + (here < 0 && by < 0 ? 1 : 0)) % shown.length)?.focus();
}

/** The child of the screen that an element is in. */
function partOf(element: Element | null): Element | null {
  return element?.closest(".timeline > *") ?? null;
}

/** What the timeline can do by key; the mouse does the same through the same acts. */
export const timelineCommands: readonly Command[] = [
  timeline("query", "Focus the query", ["/", "mod+l"], () => focusById("timeline-query")),
  timeline("part-next", "Next part of the screen", ["f6"], () => focusPart(1)),
  timeline("part-previous", "Part of the screen before", ["shift+f6"], () => focusPart(-1)),
  row("next", "Next row", ["j", "arrowdown"], () => moveFocus(1, "move")),
  row("previous", "Previous row", ["k", "arrowup"], () => moveFocus(-1, "move")),
  row("extend-next", "Extend the selection down", ["shift+j", "shift+arrowdown"], () => moveFocus(1, "extend")),
  row("extend-previous", "Extend the selection up", ["shift+k", "shift+arrowup"], () => moveFocus(-1, "extend")),
  row("page-down", "A page down", ["pagedown"], () => moveFocus(PAGE, "move")),
  row("page-up", "A page up", ["pageup"], () => moveFocus(-PAGE, "move")),
  row("first", "First row", ["home"], () => moveFocus(-Infinity, "move")),
  row("last", "Last row", ["end"], () => moveFocus(Infinity, "move")),
  row("cite", "New finding from the selection", ["e"], () => void citeSelection()),
  row("range", "Selection to time range", ["r", "shift+r"], () => void rangeOfSelection()),
  timeline("fit", "Centre the selection on the strip; again, all of it", ["f"], () => void fitStrip()),
  strip("zoom-in", "Zoom in", ["w"], () => zoomAtFocus(0.5)),
  strip("zoom-out", "Zoom out", ["s"], () => zoomAtFocus(2)),
  strip("pan-left", "Pan to earlier", ["a"], () => panStrip(-0.25)),
  strip("pan-right", "Pan to later", ["d"], () => panStrip(0.25)),
  timeline("go-to", "Go to time or record number", ["mod+g"], () => useTimeline.setState({ goingTo: true })),
  timeline("export", "Export what matches", ["mod+e"], () => useTimeline.setState({ exporting: true })),
  timeline("facets", "Facets", ["["], () => useTimeline.setState((view) => ({ facetsShown: !view.facetsShown }))),
  timeline("inspector", "Inspector", ["]"], () =>
    useTimeline.setState((view) => ({ inspectorShown: !view.inspectorShown })),
  ),
  timeline("tab-fields", "Inspector: fields", ["1"], () =>
    useTimeline.setState({ tab: "fields", inspectorShown: true }),
  ),
  timeline("tab-raw", "Inspector: raw", ["2"], () => useTimeline.setState({ tab: "raw", inspectorShown: true })),
  timeline("tab-proof", "Inspector: proof", ["3"], () => useTimeline.setState({ tab: "proof", inspectorShown: true })),
  timeline("tab-notes", "Inspector: notes", ["4"], () => useTimeline.setState({ tab: "notes", inspectorShown: true })),
  timeline("tab-history", "Inspector: history", ["5"], () =>
    useTimeline.setState({ tab: "history", inspectorShown: true }),
  ),
  row("column-left", "Column to the left", ["arrowleft"], () => moveColumn(-1)),
  row("column-right", "Column to the right", ["arrowright"], () => moveColumn(1)),
  row("filter-in", "Filter by this cell", ["+"], () => filterByCell("in")),
  row("filter-out", "Filter out this cell", ["-"], () => filterByCell("out")),
  row("only", "Everything with the value of this cell", ["="], askOnlyCell),
  row("lane-next", "Next event in the lane", ["."], () => void moveInLane("next")),
  row("lane-previous", "Previous event in the lane", [","], () => void moveInLane("previous")),
  { ...row("select-all", "Select every row", ["mod+a"], selectAll), notWhileTyping: true },
  row("reach", "Blast radius of the event", ["shift+b"], reachOfFocus),
  row("measure", "Measure between two events", ["m"], () => void measure()),
  timeline("inspect", "Open the inspector", ["enter", " "], () => useTimeline.setState({ inspectorShown: true })),
  timeline("sql", "Ask in SQL", [], () => useTimeline.setState((view) => ({ sqlShown: !view.sqlShown }))),
  timeline("activities", "Fold or open activities", ["o"], () =>
    useTimeline.setState((view) => ({ foldActivities: !view.foldActivities, focusRow: 0, anchorRow: 0 })),
  ),
  timeline("lanes", "Lanes", ["l"], () =>
    useTimeline.setState((view) => ({ lanesBy: view.lanesBy === "none" ? "principal" : "none" })),
  ),
  triage("keep", "Keep", ["s"], () => void markSelection("keep")),
  triage("noise", "Noise", ["x"], () => void markSelection("noise")),
  triage("undecided", "Undecided", ["u"], () => void markSelection("undecided")),
  triage("tag", "Tag", ["t"], () => useTriage.setState({ dialog: "tag" })),
  triage("comment", "Comment", ["c"], () => {
    useTimeline.setState({ tab: "notes", inspectorShown: true });
    requestAnimationFrame(() => focusById("event-comment"));
  }),
  triage("activity", "Group into an activity", ["g"], () => useTriage.setState({ dialog: "activity" })),
  triage("flag", "Flag this moment", ["b"], () => useTriage.setState({ dialog: "flag" })),
  {
    id: "triage.undo",
    title: "Undo",
    group: "Triage",
    keys: ["mod+z"],
    notWhileTyping: true,
    blocked: needsCase,
    run: () => void undo(),
  },
  {
    id: "triage.redo",
    title: "Redo",
    group: "Triage",
    keys: ["mod+shift+z", "mod+y"],
    notWhileTyping: true,
    blocked: needsCase,
    run: () => void redo(),
  },
  timeline("clear", "Clear query and pins", [], clearQuery),
];
