import { type RefObject, useEffect, useRef, useState } from "react";

/** Chromium stops laying out near 33 million pixels; a scroll bar needs far fewer. */
const SPACER_LIMIT = 4_000_000;

interface VirtualRows {
  readonly frameRef: RefObject<HTMLDivElement | null>;
  /** First row in view. */
  readonly top: number;
  /** Rows that fit, counting a last one that is cut. */
  readonly visible: number;
  /** Height of what stands for all rows behind the window. */
  readonly spacer: number;
}

/**
 * A window over any number of rows of one height. The scroll position stands for a row number (0…1 of all), the wheel
 * moves by rows, and `focus` is kept in view.
 */
export function useVirtualRows(total: number, rowHeight: number, focus: number | null, headHeight = 0): VirtualRows {
  const frameRef = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [wanted, setWanted] = useState(0);
  const visible = Math.ceil(height / rowHeight);
  const highest = Math.max(0, total - Math.floor(height / rowHeight));
  const top = Math.min(wanted, highest);
  const spacer = Math.max(0, Math.min(SPACER_LIMIT, highest * rowHeight));

  // A new focus moves the window just far enough.
  const [seen, setSeen] = useState(focus);
  if (focus !== seen) {
    setSeen(focus);
    const room = Math.max(1, Math.floor(height / rowHeight) - 3);
    if (focus !== null && focus < top) setWanted(focus);
    else if (focus !== null && focus > top + room)
      setWanted(Math.min(highest, focus - (focus - top > 2 * room ? room >> 1 : room)));
  }

  useEffect(() => {
    const frame = frameRef.current;
    if (!frame) return undefined;
    const observer = new ResizeObserver(() => setHeight(frame.clientHeight - headHeight));
    observer.observe(frame);
    return () => observer.disconnect();
  }, [headHeight]);

  useEffect(() => {
    const frame = frameRef.current;
    if (!frame) return undefined;
    const place = Math.round(highest === 0 ? 0 : (top / highest) * spacer);
    if (Math.abs(frame.scrollTop - place) > 1) frame.scrollTop = place;
    const onScroll = () => {
      // Only a move that is not our own: dragging the bar, or assistive technology.
      if (Math.abs(frame.scrollTop - place) > 1)
        setWanted(Math.round((frame.scrollTop / Math.max(1, spacer)) * highest));
    };
    let rest = 0;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      rest += event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * rowHeight : event.deltaY;
      const rows = Math.trunc(rest / rowHeight);
      rest -= rows * rowHeight;
      if (rows !== 0) setWanted(Math.max(0, Math.min(highest, top + rows)));
    };
    frame.addEventListener("scroll", onScroll);
    frame.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      frame.removeEventListener("scroll", onScroll);
      frame.removeEventListener("wheel", onWheel);
    };
  }, [top, highest, spacer, rowHeight]);

  return { frameRef, top, visible, spacer };
}
