import { type DetectionFlag } from "../../../core/model/detection.ts";
import { instant, type Instant } from "../../../core/model/time.ts";
import { type Flag } from "../../../core/model/triage.ts";
import { type TimeRange } from "../../state/timeline.ts";
import { clock } from "../../ui/format.ts";
import { levelWord } from "../alerts/level.tsx";
import { INSET } from "./strip-drawing.ts";

/** Flags nearer to each other than this share one place. */
const ROOM = 18;
/** Rules that are named where many point at one place. */
const NAMED_RULES = 3;

interface StripFlagsProps<Moment> {
  /** In order of time. */
  readonly flags: readonly Moment[];
  readonly window: TimeRange;
  readonly width: number;
  readonly onJump: (time: Instant) => void;
}

/** The flags of the shown range, numbered in order of time; those that would collide share a mark that names them all. */
export function StripFlags({ onJump, ...shown }: StripFlagsProps<Flag>) {
  return placesOf(shown).map(({ at, side, room, flags, first, last }) => {
    const number = flags.length === 1 ? String(first.number) : `${first.number}–${last.number}`;
    const says = flags.map(({ flag }) => `${clock(instant(flag.time))} ${flag.label}`).join(" · ");
    return (
      <button
        key={`${at}`}
        type="button"
        aria-label={`${number} ${says}`}
        className={`strip-flag ${side}`}
        style={{ left: at }}
        onClick={() => onJump(instant(first.flag.time))}
      >
        {number}
        <span style={{ maxWidth: room }}>{says}</span>
      </button>
    );
  });
}

/** Where rules point, at the foot of the strip. */
export function RuleFlags({ onJump, ...shown }: StripFlagsProps<DetectionFlag>) {
  return placesOf(shown).map(({ at, side, room, flags, first }) => {
    const rules = [...new Set(flags.map(({ flag }) => `${levelWord(flag.level)}: ${flag.title}`))];
    const more = rules.length > NAMED_RULES ? ` · and ${rules.length - NAMED_RULES} more` : "";
    const says = `${clock(instant(first.flag.time))} ${rules.slice(0, NAMED_RULES).join(" · ")}${more}`;
    return (
      <button
        key={`${at}`}
        type="button"
        aria-label={says}
        className={`strip-flag of-rule ${side}`}
        style={{ left: at }}
        onClick={() => onJump(instant(first.flag.time))}
      >
        !<span style={{ maxWidth: room }}>{says}</span>
      </button>
    );
  });
}

interface Place<Moment> {
  /** Pixels from the left. */
  readonly at: number;
  /** The half of the strip, which says to which side its text opens. */
  readonly side: "on-left" | "on-right";
  /** What the text has to that side, in pixels. */
  readonly room: number;
  readonly flags: Numbered<Moment>[];
  readonly first: Numbered<Moment>;
  last: Numbered<Moment>;
}

interface Numbered<Moment> {
  readonly flag: Moment;
  /** 1-based, of all flags. */
  readonly number: number;
}

function placesOf<Moment extends { readonly time: bigint }>({
  flags,
  window: shown,
  width,
}: Omit<StripFlagsProps<Moment>, "onJump">): readonly Place<Moment>[] {
  const span = Number(shown.to - shown.from);
  const places: Place<Moment>[] = [];
  for (const [index, flag] of flags.entries()) {
    if (flag.time < shown.from || flag.time >= shown.to) continue;
    const at = Math.round(INSET + (Number(flag.time - shown.from) / span) * (width - 2 * INSET));
    const numbered = { flag, number: index + 1 };
    const near = places.at(-1);
    if (near && at - near.at < ROOM) {
      near.flags.push(numbered);
      near.last = numbered;
    } else {
      const isRight = at > width / 2;
      const side = isRight ? "on-right" : "on-left";
      const room = isRight ? at : width - at;
      places.push({ at, side, room, flags: [numbered], first: numbered, last: numbered });
    }
  }
  return places;
}
