import { IconPlayerPause } from "@tabler/icons-react";

import { type TimelineGap } from "../../core/model/timeline.ts";
import { instant } from "../../core/model/time.ts";
import { counted, rangeText } from "./format.ts";
import { OctagonXIcon } from "./icons.tsx";

/** A break between two events, as a row of its own: grey when its cause is recorded, altered when signed records are missing. */
export function GapRule({ gap }: { readonly gap: TimelineGap }) {
  const range = gap.from !== null && gap.to !== null ? rangeText(instant(gap.from), instant(gap.to)) : "";
  return (
    <div className={`gap-rule${gap.altered ? " missing" : ""}`}>
      {gap.altered ? <OctagonXIcon size={14} /> : <IconPlayerPause size={14} aria-hidden />}
      <b>
        {gap.exhibit}: {gap.altered ? `${counted(gap.missing, "signed record")} missing` : "no records"}
      </b>
      <span className="ellipsis">{[gap.message, range].filter((part) => part !== "").join(", ")}</span>
    </div>
  );
}
