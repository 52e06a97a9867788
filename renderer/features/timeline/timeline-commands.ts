import { type Command } from "../../command.ts";
import { type Session } from "../../state/session.ts";
import { clearQuery, useTimeline } from "../../state/timeline.ts";
import { citeSelection, fitStrip, moveFocus, panStrip, rangeOfSelection, zoomStrip } from "./timeline-acts.ts";

const needsCase = (session: Session) => (session.caseState ? null : "no case is open");

/** Row count that PageUp and PageDown move by; about a screen. */
const PAGE = 24;

function timeline(id: string, title: string, keys: readonly string[], run: () => void): Command {
  return { id: `timeline.${id}`, title, group: "Timeline", keys, only: "timeline", blocked: needsCase, run };
}

function focusById(id: string): void {
  const element = document.getElementById(id);
  element?.focus();
  if (element instanceof HTMLInputElement) element.select();
}

/** What the timeline can do by key; the mouse does the same through the same acts. */
export const timelineCommands: readonly Command[] = [
  timeline("query", "Focus the query", ["/", "mod+l"], () => focusById("timeline-query")),
  timeline("next", "Next row", ["j", "arrowdown"], () => moveFocus(1, "move")),
  timeline("previous", "Previous row", ["k", "arrowup"], () => moveFocus(-1, "move")),
  timeline("extend-next", "Extend the selection down", ["shift+j", "shift+arrowdown"], () => moveFocus(1, "extend")),
  timeline("extend-previous", "Extend the selection up", ["shift+k", "shift+arrowup"], () => moveFocus(-1, "extend")),
  timeline("page-down", "A page down", ["pagedown"], () => moveFocus(PAGE, "move")),
  timeline("page-up", "A page up", ["pageup"], () => moveFocus(-PAGE, "move")),
  timeline("first", "First row", ["home"], () => moveFocus(-Infinity, "move")),
  timeline("last", "Last row", ["end"], () => moveFocus(Infinity, "move")),
  timeline("cite", "New finding from the selection", ["c"], () => void citeSelection()),
  timeline("range", "Selection to time range", ["shift+r", "r"], () => void rangeOfSelection()),
  timeline("fit", "Fit the time strip", ["f"], fitStrip),
  timeline("zoom-in", "Zoom in", ["w"], () => zoomStrip(0.5)),
  timeline("zoom-out", "Zoom out", ["s"], () => zoomStrip(2)),
  timeline("pan-left", "Pan to earlier", ["a"], () => panStrip(-0.25)),
  timeline("pan-right", "Pan to later", ["d"], () => panStrip(0.25)),
  timeline("go-to", "Go to time or record number", ["mod+g"], () => useTimeline.setState({ goingTo: true })),
  timeline("facets", "Facets", ["["], () => useTimeline.setState((view) => ({ facetsShown: !view.facetsShown }))),
  timeline("inspector", "Inspector", ["]"], () =>
    useTimeline.setState((view) => ({ inspectorShown: !view.inspectorShown })),
  ),
  timeline("tab-fields", "Inspector: fields", ["1"], () =>
    useTimeline.setState({ tab: "fields", inspectorShown: true }),
  ),
  timeline("tab-raw", "Inspector: raw", ["2"], () => useTimeline.setState({ tab: "raw", inspectorShown: true })),
  timeline("tab-proof", "Inspector: proof", ["3"], () => useTimeline.setState({ tab: "proof", inspectorShown: true })),
  timeline("clear", "Clear query and pins", [], clearQuery),
];
