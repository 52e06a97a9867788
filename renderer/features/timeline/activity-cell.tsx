import { IconChevronRight } from "@tabler/icons-react";

import { instant } from "../../../core/model/time.ts";
import { type Activity } from "../../../core/model/triage.ts";
import { clock, count } from "../../ui/format.ts";
import { useTimeline } from "../../state/timeline.ts";

/** The row of an activity says its name and how many events share it; opening it shows them. */
export function ActivityCell({ activity }: { readonly activity: Activity }) {
  const until = activity.last === null ? "" : ` to ${clock(instant(activity.last))}`;
  return (
    <span className="activity-cell">
      <button
        type="button"
        tabIndex={-1}
        aria-label={`Open ${activity.label}`}
        onClick={(event) => {
          event.stopPropagation();
          useTimeline.setState({ foldActivities: false });
        }}
      >
        <IconChevronRight size={12} aria-hidden />
      </button>
      <b>{activity.label}</b> {activity.name}, {count(activity.events)}
      {until}
    </span>
  );
}
