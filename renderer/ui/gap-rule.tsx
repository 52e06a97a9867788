import { IconPlayerPause } from "@tabler/icons-react";

import { type TimelineGap } from "../../core/model/timeline.ts";
import { instant } from "../../core/model/time.ts";
import { counted, rangeText } from "./format.ts";
import { OctagonXIcon } from "./icons.tsx";

/** "X-2: 256 signed records missing" */
function headOf(gap: TimelineGap): string {
  return `${gap.exhibit}: ${gap.altered ? `${counted(gap.missing, "signed record")} missing` : "no records"}`;
}

function rangeOf(gap: TimelineGap): string {
  return gap.from !== null && gap.to !== null ? rangeText(instant(gap.from), instant(gap.to)) : "";
}

/** A break in one line: the source, what is missing, and between which times. */
export function gapText(gap: TimelineGap): string {
  return [headOf(gap), rangeOf(gap)].filter((part) => part !== "").join(", ");
}

/** A break between two events, as a row of its own: grey when its cause is recorded, altered when signed records are missing. */
export function GapRule({ gap }: { readonly gap: TimelineGap }) {
  const rest = [gap.message.replace(/\.$/, ""), rangeOf(gap)].filter((part) => part !== "").join(", ");
  return (
    <div className={`gap-rule${gap.altered ? " missing" : ""}`} title={rest}>
      {gap.altered ? <OctagonXIcon size={14} /> : <IconPlayerPause size={14} aria-hidden />}
      <b>{headOf(gap)}</b>
      <span className="ellipsis">{rest}</span>
    </div>
  );
}
