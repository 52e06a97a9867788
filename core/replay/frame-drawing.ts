import { drawnText, type Drawing } from "../model/drawing.ts";
import { type ReplayScript } from "../model/replay.ts";
import { STAGE_WIDTH, stageDrawing } from "../model/replay-stage.ts";
import { laneShapes } from "./lane-shapes.ts";

const NOTE_HEIGHT = 16;

/**
 * The stage and the lanes once a step is told; `first` is an earlier step when it tells all steps since then. The same
 * script and steps give the same drawing.
 */
export function frameDrawing(script: ReplayScript, step: number, first = step): Drawing {
  const stage = stageDrawing(script, step, first);
  const left = script.unplaced.filter((at) => at <= step).length;
  const note = `${left} further ${left === 1 ? "name has" : "names have"} no room on the stage and ${left === 1 ? "is" : "are"} in the steps`;
  const noted =
    left === 0 ? [] : [drawnText(note, 1, stage.height + 10, { size: 9, width: STAGE_WIDTH, tone: "quiet" })];
  const top = stage.height + (left === 0 ? 0 : NOTE_HEIGHT);
  const lanes = laneShapes(script, step, first, top);
  return { ...stage, height: top + lanes.height, shapes: [...stage.shapes, ...noted, ...lanes.shapes] };
}
