import { Button, Progress } from "@mantine/core";
import { useEffect, useState } from "react";

import { cancelQuestion, useQueryJob } from "../../state/query-job.ts";
import { useTimeline } from "../../state/timeline.ts";

/** DuckDB's estimate stands still while it puts sorted parts together; the seconds go on. */
function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const began = performance.now();
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - began) / 1_000)), 1_000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}

/** Says how far a question is that takes long, and stops it; what was answered before stays in view. */
export function QueryProgress() {
  const { share, answered } = useQueryJob();
  const sort = useTimeline((view) => view.sort);
  const doing = sort ? `Sorting by ${sort.field}` : "Looking for matching rows";
  const seconds = useSeconds();
  const percent = Math.round(share * 100);
  return (
    <div className="query-progress" role="group" aria-label="Question on its way">
      <span>
        {doing}
        {percent > 0 && `, ${percent} %`}
        {seconds > 0 && `, ${seconds} s`}
      </span>
      <Progress className="grow" size="xs" value={percent} aria-label={doing} />
      {answered && (
        <Button size="compact-xs" variant="default" onClick={cancelQuestion}>
          Cancel
        </Button>
      )}
    </div>
  );
}
