import { useClock } from "../../state/clock.ts";
import { useTimeline } from "../../state/timeline.ts";

const RECORDED = { id: "recorded", width: 98 };

/** While a clock offset stands, the grid has the recorded time beside the shown one. */
export function followOffsets(): void {
  useClock.subscribe(({ offsets }, before) => {
    if (offsets.size > 0 === before.offsets.size > 0) return;
    useTimeline.setState(({ columns }) => {
      const others = columns.filter(({ id }) => id !== RECORDED.id);
      if (offsets.size === 0) return { columns: others, focusColumn: 0 };
      const at = others.findIndex(({ id }) => id === "time") + 1;
      return { columns: others.toSpliced(at, 0, RECORDED), focusColumn: 0 };
    });
  });
}
