import { useEffect, useMemo, useRef } from "react";

import { type Exhibit } from "../../../core/model/exhibit.ts";
import { stageDrawing } from "../../../core/model/replay-stage.ts";
import { type ReplayScript } from "../../../core/model/replay.ts";
import { DrawingView } from "../../ui/drawing-view.tsx";
import { counted } from "../../ui/format.ts";

interface StageProps {
  readonly script: ReplayScript;
  readonly step: number;
  readonly exhibits: readonly Exhibit[];
}

/** What was named up to the step: boxes in the column of their kind, arrows for what records say of them. */
export function Stage({ script, step, exhibits }: StageProps) {
  const drawing = useMemo(() => stageDrawing(script, step), [script, step]);
  const unplaced = script.unplaced.filter((at) => at <= step).length;
  const placeRef = useRef<HTMLElement>(null);
  useEffect(() => {
    const place = placeRef.current;
    if (!place) return undefined;
    const observer = new ResizeObserver(() => {
      for (const box of place.querySelectorAll("rect.now.weak")) box.scrollIntoView({ block: "nearest" });
    });
    observer.observe(place);
    return () => observer.disconnect();
  }, [drawing]);
  return (
    <section className="replay-stage" aria-label="Stage" tabIndex={0} ref={placeRef}>
      <DrawingView drawing={drawing} exhibits={exhibits.map(({ id }) => id)} />
      {unplaced > 0 && (
        <p className="text-2 size-12">
          The stage has no room for {counted(unplaced, "further name")}; lanes and steps have them.
        </p>
      )}
    </section>
  );
}
