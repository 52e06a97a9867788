import "./lanes.css";

import { Select, useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState, type PointerEvent } from "react";

import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type Handover } from "../../../core/model/identity.ts";
import { type Lane, type LaneSet, type ResultSet, type TimelineGap } from "../../../core/model/timeline.ts";
import { instant } from "../../../core/model/time.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { addPin, fragment, setRange, useTimeline, type LanesBy } from "../../state/timeline.ts";
import { rowAt, useTimelineResult } from "../../state/timeline-result.ts";
import { useTriage } from "../../state/triage.ts";
import { shown, useAsk, type Loadable } from "../../state/use-ask.ts";
import { count, counted } from "../../ui/format.ts";
import { gapText } from "../../ui/gap-rule.tsx";
import { useElementWidth } from "../../ui/use-element-width.ts";
import { laneLetter, laneStyle } from "../../ui/lane.ts";
import { NameText } from "../../ui/name-text.tsx";
import { shownTime } from "../../state/clock.ts";
import { drawLanes, LANE_HEIGHT, laneTime, MARK_ROOM, rowsAbove } from "./lane-drawing.ts";
import { laneRoom, NO_ROOM } from "./lane-room.ts";
import { focusOn, jumpTo, wholeWindow } from "./timeline-acts.ts";

const SHOWN = 6;
/** A drag shorter than this is a click. */
const DRAG_PIXELS = 4;
const NO_GAPS: readonly TimelineGap[] = [];
const NO_HANDOVERS: readonly Handover[] = [];

const WAYS: readonly { value: LanesBy; label: string }[] = [
  { value: "principal", label: "Principals" },
  { value: "source", label: "Sources" },
  { value: "service", label: "Services" },
];

interface LanesProps {
  readonly result: ResultSet | null;
  readonly exhibits: readonly Exhibit[];
}

/** One lane per principal, source or service: at most one mark per pixel. Activities and undated rows have lanes of their own. */
export function Lanes({ result, exhibits }: LanesProps) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const placeRef = useRef<HTMLDivElement>(null);
  const width = Math.max(0, useElementWidth(placeRef) - 14);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const { lanesBy, window: zoomed, range, focusRow } = useTimeline();
  const revision = useSession((session) => session.revision);
  const activities = useTriage((state) => state.activities);
  const focused = useTimelineResult((state) => rowAt(state.pages, focusRow));
  const scheme = useComputedColorScheme("dark");
  const gaps = shown(useAsk("timeline.gaps", undefined, revision)) ?? NO_GAPS;
  const window_ = zoomed ?? range ?? (result ? wholeWindow() : null);
  const answer = useAsk(
    "timeline.lanes",
    result && window_ && width > 0 && lanesBy !== "none"
      ? {
          resultId: result.resultId,
          by: lanesBy,
          from: window_.from,
          to: window_.to,
          buckets: Math.max(1, Math.floor(width / MARK_ROOM)),
          lanes: SHOWN,
        }
      : "wait",
    0,
  );
  const set = shown(answer);
  const room = useLaneRoom(answer, `${result?.resultId ?? ""} ${lanesBy}`);
  const handovers = useHandovers(lanesBy === "principal" ? set : undefined, revision);
  const above = rowsAbove(activities);
  const undated = result?.undated ?? 0;
  const spare = Math.max(0, room - (set?.lanes.length ?? 0));
  const rows = above + (set?.lanes.length ?? 0) + spare + (undated > 0 ? 1 : 0);
  useEffect(() => {
    if (!canvasRef.current || !window_ || width === 0) return;
    drawLanes(canvasRef.current, {
      width,
      window: window_,
      set,
      spare,
      activities,
      gaps,
      handovers,
      undated,
      focus: focused?.time == null ? null : { time: shownTime(focused.time, focused.exhibit), seq: focused.seq },
      brush: drag,
      scheme,
    });
  });
  const onPointerUp = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!drag || !window_ || !set) return;
    setDrag(null);
    const [a, b] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    if (b - a >= DRAG_PIXELS) setRange({ from: laneTime(a, window_, width), to: laneTime(b, window_, width) });
    else void focusMark(set, Math.floor(event.nativeEvent.offsetY / LANE_HEIGHT) - above, a, window_, width);
  };
  return (
    <section className="lanes" aria-label="Lanes">
      <div className="lane-heads">
        <div className="lane-more">
          <Select
            aria-label="Lanes by"
            data={[...WAYS]}
            value={lanesBy}
            allowDeselect={false}
            onChange={(value) => {
              const way = WAYS.find((item) => item.value === value);
              if (way) useTimeline.setState({ lanesBy: way.value });
            }}
          />
          {set && set.others > 0 && <span className="text-3 size-11 nowrap">{count(set.others)} more</span>}
        </div>
        {activities.length > 0 && (
          <div className="lane-head activities">{counted(activities.length, "activity", "activities")}</div>
        )}
        {set?.lanes.map((lane) => (
          <LaneHead key={lane.value ?? ""} lane={lane} exhibits={exhibits} by={lanesBy} />
        ))}
        <div style={{ height: spare * LANE_HEIGHT }} />
        {undated > 0 && (
          <button
            type="button"
            className="lane-head activities"
            title="Rows whose records have no time; a click pins them"
            onClick={() => addPin('time:""')}
          >
            <span className="grow">Undated</span>
            <span className="number">{count(undated)}</span>
          </button>
        )}
      </div>
      <div className="lane-canvas" ref={placeRef}>
        <canvas
          ref={canvasRef}
          tabIndex={0}
          role="img"
          aria-label={set ? lanesText(set, gaps, handovers) : "lanes on their way"}
          style={{ height: rows * LANE_HEIGHT }}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            setDrag({ from: event.nativeEvent.offsetX, to: event.nativeEvent.offsetX });
          }}
          onPointerMove={(event) => {
            const x = event.nativeEvent.offsetX;
            setDrag((before) => before && { ...before, to: x });
          }}
          onPointerUp={onPointerUp}
        />
        {answer.state === "failed" && <p className="size-12 text-2">{answer.failure.message}</p>}
      </div>
    </section>
  );
}

/** How many lanes have room, so that their height stays while the window is panned and zoomed. */
function useLaneRoom(answer: Loadable<LaneSet>, question: string): number {
  const [room, setRoom] = useState(NO_ROOM);
  const now = answer.state === "ready" ? laneRoom(room, question, answer.value) : room;
  if (now !== room) setRoom(now);
  return now.lanes;
}

/** Where power went between the lanes. */
function useHandovers(set: LaneSet | undefined, revision: number): readonly Handover[] {
  const names = set?.lanes.flatMap(({ value }) => value ?? []) ?? [];
  const answer = useAsk("identity.handovers", names.length > 1 ? { names } : "wait", revision);
  return (names.length > 1 && shown(answer)) || NO_HANDOVERS;
}

function LaneHead({
  lane,
  exhibits,
  by,
}: {
  readonly lane: Lane;
  readonly exhibits: readonly Exhibit[];
  readonly by: string;
}) {
  const position = exhibits.findIndex(({ id }) => id === lane.exhibit);
  return (
    <button
      type="button"
      className="lane-head"
      style={laneStyle(position)}
      title={`${lane.value ?? "not given"}: ${count(lane.events)} events; a click pins them`}
      onClick={() => addPin(fragment(by, lane.value))}
    >
      <span className="text-3">{laneLetter(position)}</span>
      <span className="ellipsis grow">
        {lane.value === null ? <span className="text-3">not given</span> : <NameText text={lane.value} />}
      </span>
      <span className="number text-2">{count(lane.events)}</span>
    </button>
  );
}

function lanesText({ lanes, others }: LaneSet, gaps: readonly TimelineGap[], handovers: readonly Handover[]): string {
  const said = lanes.map(({ value, events }) => `${value ?? "not given"} ${counted(events, "event")}`);
  return [
    ...(said.length > 0 ? said : ["no lane has a matching row"]),
    ...(others > 0 ? [`and ${count(others)} more`] : []),
    ...gaps.map(gapText),
    ...(handovers.length > 0 ? [`${counted(handovers.length, "link")} from lane to lane`] : []),
  ].join(", ");
}

/** The event of the nearest mark of the lane under the pointer, or the first after the pointer's time. */
function focusMark(
  set: LaneSet,
  index: number,
  x: number,
  window_: { readonly from: bigint; readonly to: bigint },
  width: number,
): Promise<void> {
  return attempt("finding the event", async () => {
    const lane = set.lanes[index];
    const time = laneTime(x, { from: instant(window_.from), to: instant(window_.to) }, width);
    const bucket = Number((time - set.from) / set.bucketNanoseconds);
    const [nearest] = [...(lane?.marks ?? [])].sort(
      (a, b) => Math.abs(a.bucket - bucket) - Math.abs(b.bucket - bucket),
    );
    const { result } = useTimelineResult.getState();
    if (!nearest || !result) return jumpTo(time);
    const row = await ask("timeline.locate", { resultId: result.resultId, seq: nearest.seq });
    if (row !== null) focusOn(row, "move");
    return undefined;
  });
}
