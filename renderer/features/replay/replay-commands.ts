import { type Command } from "../../command.ts";
import { type Session } from "../../state/session.ts";
import { exportPage, goToStep, toggleFrame, togglePlay, useReplay } from "./replay-state.ts";

const needsCase = (session: Session) => (session.caseState ? null : "no case is open");

function replay(id: string, title: string, keys: readonly string[], run: () => void): Command {
  return { id: `replay.${id}`, title, group: "Replay", keys, only: "replay", blocked: needsCase, run };
}

const step = (by: number) => () => goToStep(useReplay.getState().step + by);

export const replayCommands: readonly Command[] = [
  replay("play", "Play or pause", [" "], togglePlay),
  replay("next", "Next step", ["arrowright", "j", "."], step(1)),
  replay("previous", "Previous step", ["arrowleft", "k", ","], step(-1)),
  replay("first", "First step", ["home"], step(-Infinity)),
  replay("last", "Last step", ["end"], step(Infinity)),
  replay("frame", "Frame to report, or take it out", ["f"], () => void toggleFrame()),
  replay("export", "Export the replay as a page", [], () => void exportPage()),
  replay("by-hand", "Step by step", [], () => useReplay.setState({ mode: "step", playing: false })),
  replay("even", "Even spacing", [], () => useReplay.setState({ mode: "even" })),
  replay("real", "As it lay in time", [], () => useReplay.setState({ mode: "real" })),
];
