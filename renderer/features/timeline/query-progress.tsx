import "./query-progress.css";

import { Button, Progress } from "@mantine/core";
import { useEffect, useState } from "react";

import { cancelQuestion, useQueryJob } from "../../state/query-job.ts";
import { steadyShare } from "../../state/steady-share.ts";
import { useTimeline } from "../../state/timeline.ts";

const TICK_MS = 200;

/** How far the question is and for how long it has been on its way, in milliseconds; a bar never goes back. */
function useProgress(): { readonly share: number; readonly elapsed: number } {
  const [shown, setShown] = useState({ began: 0, share: 0, elapsed: 0 });
  useEffect(() => {
    const look = () =>
      setShown((before) => {
        const job = useQueryJob.getState();
        const now = performance.now();
        const least = before.began === job.began ? before.share : 0;
        return { began: job.began, share: Math.max(least, steadyShare(job, now)), elapsed: now - job.began };
      });
    const timer = setInterval(look, TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return shown;
}

/** Says how far a question is that takes long, and stops it; what was answered before stays in view. */
export function QueryProgress() {
  const answered = useQueryJob((job) => job.answered);
  const sort = useTimeline((view) => view.sort);
  const { share, elapsed } = useProgress();
  const doing = sort ? `Sorting by ${sort.field}` : "Looking for matching rows";
  const seconds = Math.floor(elapsed / 1_000);
  const percent = Math.round(share * 100);
  return (
    <div className="query-progress" role="group" aria-label="Question on its way">
      <span className="number">
        {doing}
        {percent > 0 && `, about ${percent} %`}
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
