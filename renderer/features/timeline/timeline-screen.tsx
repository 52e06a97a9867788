import "./timeline.css";

import { Button } from "@mantine/core";
import { useEffect } from "react";

import { type Exhibit } from "../../../core/model/exhibit.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { beginQuestion, isAnswered, rememberAnswered, tellShare, useQueryJob } from "../../state/query-job.ts";
import { useSession } from "../../state/session.ts";
import { clearQuery, dropPin, questionOf, setRange, useTimeline, widen } from "../../state/timeline.ts";
import { takeResult, useTimelineResult } from "../../state/timeline-result.ts";
import { type Loadable, useAsk } from "../../state/use-ask.ts";
import { type ResultSet } from "../../../core/model/timeline.ts";
import { count, rangeText } from "../../ui/format.ts";
import { Empty, Failed } from "../../ui/states.tsx";
import { ExportDialog } from "./export-dialog.tsx";
import { Facets } from "./facets.tsx";
import { GoToDialog } from "./go-to-dialog.tsx";
import { Grid } from "./grid.tsx";
import { Inspector } from "./inspector.tsx";
import { GridHints } from "./grid-hints.tsx";
import { GroupsPanel } from "./groups-panel.tsx";
import { Lanes } from "./lanes.tsx";
import { QueryBar } from "./query-bar.tsx";
import { QueryProgress } from "./query-progress.tsx";
import { SqlPanel } from "./sql-panel.tsx";
import { TriageDialogs } from "./triage-dialogs.tsx";
import { TimeStrip } from "./time-strip.tsx";
import { focusOn } from "./timeline-acts.ts";

const NO_EXHIBITS: readonly Exhibit[] = [];

export function TimelineScreen() {
  const view = useTimeline();
  const revision = useSession((session) => session.revision);
  const exhibits = useSession((session) => session.caseState?.exhibits ?? NO_EXHIBITS);
  const answer = useAsk(
    "timeline.query",
    { ...questionOf(view), activities: view.foldActivities ? "folded" : "open" },
    revision,
    tellShare,
  );
  useEffect(() => {
    if (answer.state === "loading") beginQuestion();
    if (answer.state !== "ready") return;
    takeResult(answer.value);
    rememberAnswered();
  }, [answer]);
  useGoTo();
  const result = useTimelineResult((state) => state.result);
  return (
    <div
      className="timeline"
      data-facets={view.facetsShown ? "shown" : "hidden"}
      data-lanes={view.lanesBy === "none" ? "hidden" : "shown"}
      data-inspector={view.inspectorShown ? "shown" : "hidden"}
    >
      <h1 className="visually-hidden">Timeline</h1>
      <QueryBar answer={answer} />
      <TimeStrip result={result} revision={revision} />
      {view.lanesBy !== "none" && <Lanes result={result} exhibits={exhibits} />}
      {view.facetsShown && <Facets result={result} />}
      <div className="grid-place">
        {answer.state === "loading" && <QueryProgress />}
        <GridPlace answer={answer} result={result} exhibits={exhibits} />
      </div>
      {view.inspectorShown && <Inspector result={result} revision={revision} />}
      <GoToDialog />
      <ExportDialog />
      <TriageDialogs />
    </div>
  );
}

interface GridPlaceProps {
  readonly answer: Loadable<ResultSet>;
  readonly result: ResultSet | null;
  readonly exhibits: readonly Exhibit[];
}

function GridPlace({ answer, result, exhibits }: GridPlaceProps) {
  const { groupBy, sqlShown } = useTimeline();
  if (sqlShown) return <SqlPanel />;
  if (answer.state === "failed") {
    return (
      <Failed
        doing="asking the timeline"
        failure={answer.failure}
        safe="The case is unchanged; only the question failed. What stands around this still answers the question before."
        action={
          <div className="row">
            <Button onClick={clearQuery}>Clear the query</Button>
          </div>
        }
      />
    );
  }
  if (!result) return <p className="panel-body text-2 size-12">Asking the timeline…</p>;
  if (result.matching === 0) return <NothingMatches result={result} />;
  if (groupBy !== null) return <GroupsPanel field={groupBy} result={result} />;
  return (
    <>
      <Grid result={result} exhibits={exhibits} />
      <GridHints />
    </>
  );
}

/** How many rows exist, which pin or word hides them, and one act that helps. */
function NothingMatches({ result }: { readonly result: ResultSet }) {
  const { range, pins, query, hideLogRecords } = useTimeline();
  const title = `0 of ${count(result.total)} rows match`;
  if (result.total === 0) return <Empty title="0 rows in this case">Add evidence on the Verify screen.</Empty>;
  if (range) {
    return (
      <Empty title={title} action={<Button onClick={() => setRange(null)}>Drop the time pin</Button>}>
        The pin <b>{rangeText(range.from, range.to)}</b> and the rest of the query match no row together.
      </Empty>
    );
  }
  const pin = pins.at(-1);
  if (pin !== undefined) {
    return (
      <Empty title={title} action={<Button onClick={() => dropPin(pin)}>Drop this pin</Button>}>
        The pin <b className="mono">{pin}</b> and the rest of the query match no row together.
      </Empty>
    );
  }
  if (query === "" && hideLogRecords) {
    return (
      <Empty
        title={title}
        action={
          <Button onClick={() => useTimeline.setState({ hideLogRecords: false })}>Show the log’s own records</Button>
        }
      >
        The default pin hides the open and seal records of the log itself; there are no other rows.
      </Empty>
    );
  }
  return (
    <Empty title={title} action={<Button onClick={clearQuery}>Clear all</Button>}>
      No row matches <b className="mono">{query}</b>.
    </Empty>
  );
}

/**
 * Brings the record that was asked for into view once what is asked is answered: an earlier answer has it elsewhere. Where
 * the answer leaves it out, everything is asked for.
 */
function useGoTo(): void {
  const goTo = useTimeline((view) => view.goTo);
  const answered = useQueryJob((job) => job.answered);
  const isHere = useTimeline((view) => isAnswered(view, answered));
  const resultId = useTimelineResult((state) => state.result?.resultId);
  useEffect(() => {
    if (goTo === null || resultId === undefined || !isHere) return;
    void attempt("finding the record", async () => {
      const row = await ask("timeline.locate", { resultId, seq: goTo });
      if (useTimelineResult.getState().result?.resultId !== resultId) return;
      if (row === null && widen()) return;
      if (row !== null) focusOn(row, "move");
      useTimeline.setState({ goTo: null });
    });
  }, [goTo, resultId, isHere]);
}
