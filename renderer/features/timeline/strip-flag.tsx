import { instant, type Instant } from "../../../core/model/time.ts";
import { type Flag } from "../../../core/model/triage.ts";
import { type TimeRange } from "../../state/timeline.ts";
import { clock } from "../../ui/format.ts";
import { INSET } from "./strip-drawing.ts";

/** Flags nearer to each other than this share one place. */
const ROOM = 18;

interface StripFlagsProps {
  readonly flags: readonly Flag[];
  readonly window: TimeRange;
  readonly width: number;
  readonly onJump: (time: Instant) => void;
}

/** The flags of the shown range, numbered in order of time; those that would collide share a mark that names them all. */
export function StripFlags({ flags, window: shown, width, onJump }: StripFlagsProps) {
  const span = Number(shown.to - shown.from);
  const places: { at: number; time: bigint; texts: string[]; numbers: number[] }[] = [];
  for (const [index, flag] of flags.entries()) {
    if (flag.time < shown.from || flag.time >= shown.to) continue;
    const at = INSET + (Number(flag.time - shown.from) / span) * (width - 2 * INSET);
    const text = `${clock(instant(flag.time))} ${flag.label}`;
    const near = places.at(-1);
    if (near && at - near.at < ROOM) {
      near.texts.push(text);
      near.numbers.push(index + 1);
    } else places.push({ at, time: flag.time, texts: [text], numbers: [index + 1] });
  }
  return places.map(({ at, time, texts, numbers }) => (
    <button
      key={`${time}`}
      type="button"
      className={`strip-flag${at > width / 2 ? " on-right" : ""}`}
      style={{ left: Math.round(at) }}
      onClick={() => onJump(instant(time))}
    >
      {numbers.length === 1 ? numbers[0] : `${numbers[0]}–${numbers.at(-1)}`}
      <span>{texts.join(" · ")}</span>
    </button>
  ));
}
